// SPDX-License-Identifier: MIT
#include "tools/session/stack_options.h"

#include <cctype>
#include <charconv>

#include "pipeline/core/error.h"

namespace nightstack::tools {

std::size_t parse_bytes(const std::string& text) {
    double number = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    std::string unit;
    for (const char* p = end; p != text.data() + text.size(); ++p) {
        if (*p != ' ') unit += static_cast<char>(std::toupper(static_cast<unsigned char>(*p)));
    }
    double factor = 0;
    if (unit.empty() || unit == "B") factor = 1;
    if (unit == "K" || unit == "KB" || unit == "KIB") factor = 1024.0;
    if (unit == "M" || unit == "MB" || unit == "MIB") factor = 1024.0 * 1024;
    if (unit == "G" || unit == "GB" || unit == "GIB") factor = 1024.0 * 1024 * 1024;
    if (code != std::errc() || factor == 0 || !(number > 0) || number * factor > 1e15) {
        throw OptionError("--memory '" + text + "': a size like 800M or 2G expected");
    }
    constexpr double kLeast = 1 << 20;  // less is a forgotten unit
    if (unit.empty() && number * factor < kLeast)
        throw OptionError("--memory '" + text + "' would be " + text + " bytes: " + text + "M meant?");
    return static_cast<std::size_t>(number * factor);
}

}  // namespace nightstack::tools
