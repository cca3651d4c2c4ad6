// SPDX-License-Identifier: MIT
#include "tools/cli/terminal_block.h"

#include <algorithm>
#include <cstddef>

#include "tools/cli/columns.h"

namespace nightstack::tools {

// From behind the last line to the first column of the first one. A terminal stops at its upper edge by itself.
std::string TerminalBlock::to_begin(const TerminalSize& size) const {
    int rows = 0;
    for (const int width : widths_) rows += std::max(1, (width + size.columns - 1) / std::max(1, size.columns));
    std::string out = "\r";
    if (rows > 1) out += "\x1B[" + std::to_string(rows - 1) + "A";
    return out;
}

std::string TerminalBlock::drawn(std::span<const std::string> lines, const TerminalSize& size) {
    if (lines.empty()) return cleared(size);
    std::string out = to_begin(size);
    widths_.clear();
    const auto most = static_cast<std::size_t>(std::max(1, size.rows - 1));
    for (const std::string& line : lines.first(std::min(lines.size(), most))) {
        // A line that fills the last column leaves terminals of different minds about where the cursor is.
        const std::string text = fitted(line, size.columns - 1);
        if (!widths_.empty()) out += "\n";
        out += text + "\x1B[K";
        widths_.push_back(columns_of(text));
    }
    return out + "\x1B[J";
}

std::string TerminalBlock::cleared(const TerminalSize& size) {
    if (!shown()) return "";
    const std::string out = to_begin(size) + "\x1B[J";
    widths_.clear();
    return out;
}

}  // namespace nightstack::tools
