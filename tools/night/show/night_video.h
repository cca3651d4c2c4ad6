// SPDX-License-Identifier: MIT
// The scope's own video beside the stack, as the night's server shows it: the newest picture, and whoever knows it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/night/show/night_state.h"

namespace nightstack::tools {

struct NightVideo {
    std::string stream;          // "rawstream", "mainstream": fit for a screen
    std::uint64_t pictures = 0;  // that came in this night while anybody looked
    std::chrono::milliseconds age{0};
    std::shared_ptr<const std::vector<std::byte>> jpeg;  // whole and not decoded; never null
};

// Somebody looks. Nothing: there is no picture that is new enough; perhaps there is at the next call. Must return at
// once. Called on the server's thread, with what the board has of the scope.
using AskVideo = std::function<std::optional<NightVideo>(const std::optional<NightScope>&)>;

}  // namespace nightstack::tools
