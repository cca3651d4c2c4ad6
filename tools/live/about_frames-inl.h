// SPDX-License-Identifier: MIT
// One frame of a ledger as JSON, and back. Pure functions.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "tools/live/ledger.h"

namespace nightstack::tools {

// Keys, values, and beginnings and ends of lists: with every member at its longest a frame has some 330.
inline constexpr std::size_t kMostPartsOfFrame = 512;

// Of the frame's header what the reader takes.
nlohmann::ordered_json frame_json(const LedgerFrame& frame);
// Throws FormatError as parsed_about.
LedgerFrame parsed_frame(const nlohmann::ordered_json& j);

}  // namespace nightstack::tools
