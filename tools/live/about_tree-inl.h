// SPDX-License-Identifier: MIT
// The JSON of a ledger as a tree, from bytes that anybody may have written: in time linear in their number, and in as
// much memory as it is given.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <stop_token>
#include <string_view>
#include <vector>

#include "tools/live/ledger.h"

namespace nightstack::tools {

struct AboutTree {
    nlohmann::ordered_json head;      // without members that nobody asks for; its frames are an empty list
    std::vector<LedgerFrame> frames;  // of "frames", in their order
};

// Throws FormatError as parsed_about; OptionError when text and tree would take more than `most_bytes`; Interrupted.
AboutTree about_tree(std::string_view json, std::uint64_t most_bytes, const std::stop_token& stop);

}  // namespace nightstack::tools
