// SPDX-License-Identifier: MIT
// What a mirror remembers of its files, as values and as the text they are kept in: a line of JSON with the version,
// then a line per file. Lines are only added, the last one of a name counts, and a line that is none (a death has cut
// it, somebody has changed it) is passed over. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

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
    bool operator==(const MirrorRecord&) const = default;
};

using MirrorRecords = std::map<std::string, MirrorRecord, std::less<>>;  // by local path

inline constexpr char kMirrorRecordName[] = ".nightstack-mirror";
inline constexpr std::uint64_t kMostMirrorText = std::uint64_t{256} << 20;  // longer is taken for nothing
inline constexpr std::size_t kMostMirrorRecords = 200'000;                  // further ones are passed over

// Paths of records lead nowhere but below the mirror: parts separated by single '/', none of them beginning with a
// dot. Throws FormatError: made by a newer version.
MirrorRecords read_mirror_text(std::string_view text, std::size_t most = kMostMirrorRecords);
std::string mirror_text_head();  // the first line
std::string mirror_text_line(const std::string& local, const MirrorRecord& record);

}  // namespace nightstack::io
