// SPDX-License-Identifier: MIT
// The ledger of a live stack as JSON, and back. docs/nst.md lists the members. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stop_token>
#include <string>
#include <string_view>

#include "tools/live/ledger.h"

namespace nightstack::tools {

inline constexpr std::size_t kMostLedgerFrames = 200'000;   // stacked ones and others
inline constexpr std::size_t kMostAboutBytes = 256U << 20;  // 65,535 frames need about 120 MB
inline constexpr std::size_t kMostLedgerText = 4096;        // bytes of any text in it

inline constexpr std::size_t kMostHistory = 100;  // lines

// The same ledger gives the same text: no time of day, host or folder in it. Texts that are too long are cut, of a
// history that is too long the end; throws OptionError when there is more than a file keeps.
std::string about_json(const LiveLedger& ledger);

// Throws FormatError: no JSON, a member missing, of a wrong kind or beyond its limit; the text names it. OptionError
// when the text and what becomes of it would take more than `most_bytes`; Interrupted.
LiveLedger parsed_about(std::string_view json, std::uint64_t most_bytes = std::numeric_limits<std::uint64_t>::max(),
                        const std::stop_token& stop = {});

}  // namespace nightstack::tools
