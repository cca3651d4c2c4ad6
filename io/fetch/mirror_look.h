// SPDX-License-Identifier: MIT
// What a mirror has of a card already, seen from outside: nothing is made, locked or written, no content is read. By
// the record, sizes and times; what it cannot tell for sure a fetch looks at closer.
#pragma once

#include <filesystem>
#include <optional>

#include "io/fetch/card_tree.h"
#include "io/fetch/mirror_folder.h"
#include "io/fetch/mirror_record.h"

namespace nightstack::io {

class MirrorLook {
public:
    // A folder that is not there holds nothing. Throws IoError, FormatError (as MirrorRecords do).
    explicit MirrorLook(const std::filesystem::path& mirror);

    // Whether this version of it lies here: as it was fetched; without a record of it, a file of that name and size.
    bool has(const CardFile& file) const;

private:
    std::optional<MirrorFolder> folder_;
    MirrorRecords records_;
};

}  // namespace nightstack::io
