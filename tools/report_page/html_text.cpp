// SPDX-License-Identifier: MIT
#include "tools/report_page/html_text.h"

#include <charconv>
#include <cmath>

#include "pipeline/core/printable.h"

namespace nightstack::tools::page {
namespace {

// Never in the middle of a character; what is left out is told by dots.
std::string cut(std::string text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80U) --most;
    text.resize(most);
    return text + "\u2026";
}

}  // namespace

std::string html(std::string_view text, std::size_t most) {
    // Cut first as well: a text of a gigabyte need not be made printable as a whole.
    const std::string shown = cut(printable(text.substr(0, 4 * most + 4)), most);
    std::string out;
    out.reserve(shown.size());
    for (const char c : shown) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\'': out += "&#39;"; break;
            default: out += c;
        }
    }
    return out;
}

std::string significant(double value, int digits) {
    if (!std::isfinite(value)) return "unknown";
    char text[64];
    return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, digits).ptr};
}

std::string fixed(double value, int digits) {
    if (!std::isfinite(value) || std::abs(value) >= 1e9) return significant(value);
    char text[64];
    const std::string out(text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, digits).ptr);
    return out.find_first_not_of("-0.") == std::string::npos && out.front() == '-' ? out.substr(1) : out;
}

std::string duration(double seconds) {
    if (!(seconds >= 0) || seconds >= 1e9) return significant(seconds) + " s";
    if (seconds < 60) return significant(seconds, 3) + " s";
    const auto whole = static_cast<long long>(seconds + 0.5);
    if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
    return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

std::string bytes_text(double bytes) {
    const char* const units[] = {" bytes", " kB", " MB", " GB", " TB"};
    std::size_t unit = 0;
    for (; bytes >= 1000 && unit < 4; ++unit) bytes /= 1000;
    return significant(bytes, 3) + units[unit];
}

std::string table_row(std::string_view head, std::string_view cell, std::size_t most) {
    return "<tr><th scope=\"row\">" + html(head, most) + "</th><td>" + html(cell, most) + "</td></tr>\n";
}

}  // namespace nightstack::tools::page
