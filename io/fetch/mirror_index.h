// SPDX-License-Identifier: MIT
// What a mirror holds, in a small file of its own in the target folder, ".nightstack-mirror": per file the card's size
// and time, the content's SHA-256 and when the file here was last changed (mirror_record.h). Lines are only added while
// a fetch runs; at the next beginning the file is written anew. When it is missing, content is compared instead.
#pragma once

#include <string>

#include "io/fetch/mirror_folder.h"
#include "io/fetch/mirror_record.h"

namespace nightstack::io {

class MirrorIndex {
public:
    // Reads, locks for as long as it lives, writes anew. Throws IoError: another program fetches into this folder,
    // disk; FormatError: made by a newer version. Of `most_read` records the rest is forgotten; what is put is not.
    explicit MirrorIndex(const MirrorFolder& folder, std::size_t most_read = kMostMirrorRecords);

    // Of a local path. nullptr: nothing is known.
    const MirrorRecord* find(const std::string& local) const;
    void put(const std::string& local, const MirrorRecord& record);  // throws IoError
    const MirrorRecords& records() const { return records_; }
    bool was_missing() const { return was_missing_; }

private:
    void write_anew();
    void append(const std::string& text);

    const MirrorFolder& folder_;
    Descriptor file_;
    MirrorRecords records_;
    bool was_missing_ = false;
};

}  // namespace nightstack::io
