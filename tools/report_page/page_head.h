// SPDX-License-Identifier: MIT
// How every page of ours begins. Pure function.
#pragma once

#include <string>
#include <string_view>

namespace nightstack::tools::page {

// From <!DOCTYPE> to </head>: the policy that nothing is loaded and nothing runs, title, style. `title`, `program` and
// `more_css` are HTML and CSS already (html_text.h escapes).
std::string page_head(const std::string& title, const std::string& program, std::string_view more_css = "");

}  // namespace nightstack::tools::page
