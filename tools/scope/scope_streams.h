// SPDX-License-Identifier: MIT
// The video that a scope sends over HTTP, at the port ScopePorts::http. Pure functions, any thread.
#pragma once

#include <string>
#include <vector>

namespace nightstack::tools {

enum class ScopeStream {
    tele,
    wide,
    raw,  // of a RAW capture: one picture an exposure, what the scope was told to show; newer firmware has none
};

// Where it is; of several paths the first that gives a picture, by firmware.
std::vector<std::string> stream_paths(ScopeStream stream);

}  // namespace nightstack::tools
