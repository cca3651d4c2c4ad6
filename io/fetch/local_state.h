// SPDX-License-Identifier: MIT
// What the mirror has of a file of the card already, and how sure that is.
#pragma once

#include <stop_token>

#include "io/fetch/card_tree.h"
#include "io/fetch/mirror_folder.h"
#include "io/fetch/mirror_index.h"
#include "io/fetch/remote_line.h"

namespace nightstack::io {

enum class LocalState {
    absent,
    same,     // whole, and this version of it
    ours,     // fetched by us and untouched since, but the card has another version now
    foreign,  // something else, or changed here since: never overwritten
    blocked,  // a link, a folder or a device lies there
};

// Where the record leaves a doubt, content is compared: the file here with its hash, or its beginning and end with the
// card's. The record is brought up to date. Throws IoError, RemoteError, ScopeAway, Interrupted.
LocalState local_state(const CardFile& file, const RemoteVersion& version, const MirrorFolder& mirror,
                       MirrorIndex& index, RemoteLine& line, const std::stop_token& stop);

inline constexpr std::size_t kHeadChecked = 8 * 1024;
inline constexpr std::size_t kTailChecked = 64 * 1024;

enum class Ends { tail, head_and_tail };
// Whether the first `held` bytes of the card's file and those of an open one here agree at the ends.
bool ends_agree(const std::string& remote, int fd, std::uint64_t held, Ends ends, RemoteLine& line,
                const std::stop_token& stop);

}  // namespace nightstack::io
