// SPDX-License-Identifier: MIT
// The built-in page of a night's server: what its browser side is made of. All of it stands in the program; no path of
// a request ever becomes one of a file.
#pragma once

#include <string_view>

namespace nightstack::tools {

std::string_view night_page_html();
std::string_view night_page_css();
std::string_view night_page_js();

}  // namespace nightstack::tools
