// SPDX-License-Identifier: MIT
#include "io/fits/completeness.h"

#include <algorithm>
#include <array>
#include <span>

#include "io/files/local_file.h"
#include "io/fits/fits_error.h"
#include "io/fits/gate.h"
#include "io/fits/header_block.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

bool ends_with(std::string_view name, std::string_view end) {
    const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    return name.size() >= end.size() && std::equal(end.begin(), end.end(), name.end() - end.size(),
                                                   [&](char wanted, char is) { return same(is, wanted); });
}

}  // namespace

bool tells_its_size(std::string_view name) {
    return ends_with(name, ".fits") || ends_with(name, ".fit") || ends_with(name, ".fts");
}

Completion completion_of(int fd, std::uint64_t bytes, const std::string& name) {
    if (!tells_its_size(name)) return {};
    if (bytes == 0) return {Completeness::growing, "no bytes yet"};
    const ByteSource source{printable(name), bytes, [fd, name](std::span<std::byte> out, std::uint64_t offset) {
                                if (read_local(fd, out.data(), out.size(), offset, name) != out.size())
                                    throw FitsError(FitsFault::truncated, printable(name) + ": ends too early");
                            }};
    try {
        pass_gate(source);
        // Without its last padding it may still be written: then two looks decide.
        return {bytes % kFitsBlock == 0 ? Completeness::complete : Completeness::not_told, {}};
    } catch (const FitsError& e) {
        if (e.fault() == FitsFault::truncated) return {Completeness::growing, e.what()};
        if (e.fault() == FitsFault::axes || e.fault() == FitsFault::compressed) return {};
        return {Completeness::broken, e.what()};
    }
}

bool ends_in_zeros(int fd, std::uint64_t bytes, const std::string& name) {
    std::array<std::byte, 2 * kFitsBlock> tail{};
    const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, tail.size()));
    const std::span<std::byte> last = std::span(tail).first(count);
    read_local(fd, last.data(), count, bytes - count, name);
    return std::all_of(last.begin(), last.end(), [](std::byte b) { return b == std::byte{0}; });
}

}  // namespace nightstack::io
