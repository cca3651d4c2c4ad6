// SPDX-License-Identifier: MIT
// How many frames of a session lie on the card: what settles a capture whose fate nobody else knows. The card is only
// looked at, over a connection of its own. Blocks; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "io/remote/remote_files.h"

namespace nightstack::tools {

struct CardCount {
    bool seen = false;                   // the card could be looked at
    std::optional<std::int64_t> frames;  // whole ones of the session, as far as sizes tell; nothing: no such folder
    std::string why_not;                 // where it was not seen
};

// Looks some seconds long while there are fewer than `expected`: a scope is idle before its last file is written.
CardCount count_frames(const io::RemoteConnector& connect, const std::string& session, std::int64_t expected,
                       const std::stop_token& stop);

}  // namespace nightstack::tools
