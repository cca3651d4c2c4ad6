// SPDX-License-Identifier: MIT
// What a mirror holds, in a small file of its own in the target folder, ".nightstack-mirror": a line of JSON with the
// version, then a line per file with the card's size and time, the content's SHA-256 and when the file here was last
// changed. Lines are only added while a fetch runs, the last one of a name counts, and a line that a death has cut
// is passed over; at the next beginning the file is written anew. When it is missing, content is compared instead.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "io/fetch/mirror_folder.h"

namespace nightstack::io {

// Which state of a file of the card.
struct RemoteVersion {
    std::uint64_t bytes = 0;
    std::optional<std::int64_t> modified_s;
    bool operator==(const RemoteVersion&) const = default;
};

struct MirrorRecord {
    RemoteVersion remote;
    std::string sha256;                 // "": there is no whole one yet
    std::int64_t changed_ns = 0;        // of the file here
    std::optional<RemoteVersion> part;  // what the temporary file holds the beginning of
};

class MirrorIndex {
public:
    // Reads, locks for as long as it lives, writes anew. Throws IoError: another program fetches into this folder,
    // disk; FormatError: made by a newer version. Of `most_read` records the rest is forgotten; what is put is not.
    static constexpr std::size_t kMostRead = 200'000;
    explicit MirrorIndex(const MirrorFolder& folder, std::size_t most_read = kMostRead);

    // Of a local path. nullptr: nothing is known.
    const MirrorRecord* find(const std::string& local) const;
    void put(const std::string& local, const MirrorRecord& record);  // throws IoError
    bool was_missing() const { return was_missing_; }

private:
    void read(const std::string& text, std::size_t most);
    void write_anew();
    void append(const std::string& text);

    const MirrorFolder& folder_;
    Descriptor file_;
    std::map<std::string, MirrorRecord, std::less<>> records_;
    bool was_missing_ = false;
};

}  // namespace nightstack::io
