// SPDX-License-Identifier: MIT
#include "io/fetch/completeness.h"

#include "io/fetch/mirror_folder.h"
#include "io/fits/fits_error.h"
#include "io/fits/gate.h"
#include "io/fits/header_block.h"
#include "io/session/name_text.h"
#include "io/session/shots_info.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {

bool tells_its_size(std::string_view name) {
    const std::string low = lower_case(name);
    return low.ends_with(".fits") || low.ends_with(".fit") || low.ends_with(".fts");
}

bool says_all_is_taken(std::string_view shots_info) {
    const auto info = parse_shots_info(shots_info).info;
    return info && info->shots_to_take.value_or(0) > 0 && info->shots_taken.value_or(0) >= *info->shots_to_take;
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
