// SPDX-License-Identifier: MIT
// As much HTML as the listings of web servers use. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace nightstack::io::curl_files {

inline constexpr std::size_t kLongestTag = 16'384;  // bytes

// "&amp;", "&#39;", "&#x27;" and the like; what is none of them stays. "&nbsp;" is a space.
std::string html_decoded(std::string_view text);

// The text between tags, a space for each tag; what stands in an unended tag is left out.
std::string without_tags(std::string_view html);

struct Anchor {
    std::string href;      // decoded as HTML, not as URL
    std::size_t end = 0;   // place behind its opening tag
    std::size_t from = 0;  // place of its '<'
};
// The next opening <a ...> with a href at or behind `at`. Throws RemoteError (broken) for a longer tag.
std::optional<Anchor> next_anchor(std::string_view html, std::size_t at);

}  // namespace nightstack::io::curl_files
