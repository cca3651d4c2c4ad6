// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace nightstack::tools::page {

// The page's CSS: light and dark as the reader's system is, and for paper.
std::string_view page_style();

}  // namespace nightstack::tools::page
