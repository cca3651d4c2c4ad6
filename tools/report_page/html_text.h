// SPDX-License-Identifier: MIT
// Text and numbers on their way into a page. Pure; no locale changes a number.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nightstack::tools::page {

inline constexpr std::size_t kLongestText = 400;  // bytes of one foreign text on the page

// Printable, cut to `most` bytes between characters, and escaped for element contents and quoted attributes.
std::string html(std::string_view text, std::size_t most = kLongestText);

std::string fixed(double value, int digits);            // "2.50"; from 1e9 on as significant()
std::string significant(double value, int digits = 4);  // "0.01234", "1.2e+10"
std::string duration(double seconds);                   // "42.5 s", "13 min 5 s", "2 h 13 min"
std::string bytes_text(double bytes);                   // "3.4 MB"

// {"Frames", "no"} -> <th scope="row">Frames</th><td>no</td>, both escaped, in a row.
std::string table_row(std::string_view head, std::string_view cell, std::size_t most = kLongestText);

}  // namespace nightstack::tools::page
