// SPDX-License-Identifier: MIT
// Beginnings of files (PartFile) whose file is gone from the card: nothing will ever go on with them. The card may only
// be away, or another one in the scope; so a beginning stays until nothing has been added to it for a week.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "io/fetch/mirror_folder.h"
#include "io/fetch/mirror_index.h"

namespace nightstack::io {

inline constexpr std::chrono::hours kOrphanAge{7 * 24};

struct OrphanParts {
    std::size_t removed = 0, kept = 0;
    std::uint64_t removed_bytes = 0;
};

// `present`: the local paths of all files of the card. Only what the record knows as begun is looked at, so no file of
// somebody else is ever removed. Throws IoError of the record.
OrphanParts remove_orphan_parts(const MirrorFolder& mirror, MirrorIndex& index, const std::set<std::string>& present);
// "of files that are gone from the card 2 parts are removed (35 MB) ..."; "" when there is nothing to say.
std::string orphan_text(const OrphanParts& parts);

}  // namespace nightstack::io
