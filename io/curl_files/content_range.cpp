// SPDX-License-Identifier: MIT
#include "io/curl_files/content_range.h"

#include "io/curl_files/listing_time.h"

namespace nightstack::io::curl_files {

std::optional<ContentRange> read_content_range(std::string_view text) {
    if (!text.starts_with("bytes ")) return std::nullopt;
    text.remove_prefix(6);
    const std::size_t dash = text.find('-'), slash = text.find('/');
    if (dash == std::string_view::npos || slash == std::string_view::npos || dash > slash) return std::nullopt;
    const auto from = whole_bytes(text.substr(0, dash)), to = whole_bytes(text.substr(dash + 1, slash - dash - 1));
    const auto total = whole_bytes(text.substr(slash + 1));
    if (!from || !to || *to < *from || (!total && text.substr(slash + 1) != "*")) return std::nullopt;
    if (total && *to >= *total) return std::nullopt;
    return ContentRange{*from, *to, total};
}

}  // namespace nightstack::io::curl_files
