// SPDX-License-Identifier: MIT
// Lines of a stack's history whose numbers change with its frames.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace nightstack::tools {

// Begins the line that tells what share of a plane's samples is rejected; made anew for every picture.
inline constexpr const char* kChannelLine = "channel ";

// "mean stacking of 12 frames, rejection ...": with the number of now. Whether it is such a line.
bool recount(std::string& line, std::size_t frames);

// What two parts of a stack of so many frames both say of their making, each line once it has the number of both. A
// part's own numbers are wrong for the whole, its rejected shares among them.
std::vector<std::string> joined_history(std::vector<std::string> a, std::vector<std::string> b, std::size_t frames);

}  // namespace nightstack::tools
