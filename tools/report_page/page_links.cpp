// SPDX-License-Identifier: MIT
#include "tools/report_page/page_links.h"

#include <string_view>

#include "pipeline/core/percent.h"
#include "tools/report_page/html_text.h"

namespace nightstack::tools {
namespace {

constexpr std::string_view kEnd = "</header>";  // the page's own: all text of others in it is escaped
constexpr std::string_view kLine = "<p class=\"links\">", kLineEnd = "</p>\n";

// A name as part of an address (RFC 3986).
std::string address(std::string_view name) { return "./" + percent_encoded(name, "-._~"); }

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
