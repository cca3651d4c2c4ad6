// SPDX-License-Identifier: MIT
// Reports as the program writes them, made up.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

namespace nightstack::test {

using Json = nlohmann::ordered_json;

// Every tenth frame, from the fifth on, is rejected for its width; every fiftieth failed. Drifts and turns.
Json made_report(std::size_t frames);

}  // namespace nightstack::test
