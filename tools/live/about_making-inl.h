// SPDX-License-Identifier: MIT
// The part of a ledger's JSON that tells how its samples were made, so that they can be made again: what was measured
// of the reference, calibration, the recipe of each frame. Absent in files of version 1.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "tools/live/ledger.h"

namespace nightstack::tools {

// As much of it as the reader takes.
std::string shortened(const std::string& text);
std::vector<std::string> short_list(const std::vector<std::string>& lines);

// `ref_from_frame` is what the frame says of itself; told twice only where the two differ.
nlohmann::ordered_json recipe_json(const LedgerRecipe& recipe, const std::optional<Transform>& ref_from_frame);
LedgerRecipe parsed_recipe(const nlohmann::ordered_json& j, const std::optional<Transform>& ref_from_frame);

// Everything of the kind that is no frame's own. Parsing throws FormatError as parsed_about.
void put_making(nlohmann::ordered_json& j, const LiveLedger& ledger);
void parse_making(const nlohmann::ordered_json& j, LiveLedger& ledger);

}  // namespace nightstack::tools
