// SPDX-License-Identifier: MIT
#include "tools/report_page/page_links.h"

#include <string_view>

#include "tools/report_page/html_text.h"

namespace nightstack::tools {
namespace {

constexpr std::string_view kEnd = "</header>";  // the page's own: all text of others in it is escaped
constexpr std::string_view kLine = "<p class=\"links\">", kLineEnd = "</p>\n";

// Bytes of a name as part of an address (RFC 3986): what is not plain stands as %XX.
std::string address(std::string_view name) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out = "./";
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
        }
    }
    return out;
}

}  // namespace

std::string page_with_links(const std::string& text, const std::string& words, std::span<const std::string> files) {
    const std::size_t end = text.find(kEnd);
    if (end == std::string::npos) return text;
    std::size_t begin = text.substr(0, end).rfind(kLine);
    if (begin == std::string::npos) begin = end;
    std::string line;
    for (const std::string& file : files)
        line += (line.empty() ? std::string(kLine) + page::html(words, 200) + ": " : ", ") + "<a href=\"" +
                address(file) + "\">" + page::html(file, 200) + "</a>";
    if (!line.empty()) line += kLineEnd;
    return text.substr(0, begin) + line + text.substr(end);
}

}  // namespace nightstack::tools
