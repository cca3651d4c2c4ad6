// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nightstack::io::curl_files {

// "bytes 100-199/16592640", the total "*" when the server does not know it (RFC 9110, 14.4).
struct ContentRange {
    std::uint64_t from = 0, to = 0;
    std::optional<std::uint64_t> total;
};

// Nothing for what is none, ends before it begins or goes beyond its total.
std::optional<ContentRange> read_content_range(std::string_view text);

}  // namespace nightstack::io::curl_files
