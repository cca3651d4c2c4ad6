// SPDX-License-Identifier: MIT
#include "io/fetch/completeness.h"

#include "io/fetch/mirror_folder.h"
#include "io/fits/fits_error.h"
#include "io/fits/gate.h"
#include "io/fits/header_block.h"
#include "io/session/name_text.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {

bool tells_its_size(std::string_view name) {
    const std::string low = lower_case(name);
    return low.ends_with(".fits") || low.ends_with(".fit") || low.ends_with(".fts");
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
        // Without its last padding it may still be written: then two listings decide.
        return {bytes % kFitsBlock == 0 ? Completeness::complete : Completeness::not_told, {}};
    } catch (const FitsError& e) {
        if (e.fault() == FitsFault::truncated) return {Completeness::growing, e.what()};
        if (e.fault() == FitsFault::axes || e.fault() == FitsFault::compressed) return {};
        return {Completeness::broken, e.what()};
    }
}

}  // namespace nightstack::io
