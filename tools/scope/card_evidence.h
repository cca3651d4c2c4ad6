// SPDX-License-Identifier: MIT
// What the card tells of a capture whose fate nobody else knows: the command was sent, the answer was lost, and the
// scope is idle again. The card is only looked at, over SFTP.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "device/dwarf/jobs/outcome.h"
#include "tools/scope/scope_flags.h"

namespace nightstack::tools {

struct CardEvidence {
    std::optional<std::int64_t> frames;  // of the session; nothing: no folder of its name, or the card was not seen
    std::string why_not_seen;            // "" when the card was seen
};

// Looks at the folder of a RAW session, some seconds long while it has not all frames: a scope is idle before its last
// file is written. No card, no SFTP, a strange key: `why_not_seen`.
CardEvidence look_for_session(const ScopeFlags& flags, const std::string& session, std::int64_t asked,
                              const std::stop_token& stop);

// The outcome with what the card says: done when all frames are there, else unknown as before, in more words.
device::dwarf::jobs::Outcome with_evidence(const device::dwarf::jobs::Outcome& unknown, const CardEvidence& card,
                                           const std::string& session, std::int64_t asked);

}  // namespace nightstack::tools
