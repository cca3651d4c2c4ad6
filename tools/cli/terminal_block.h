// SPDX-License-Identifier: MIT
// Some lines at the lower end of a terminal that are drawn again and again in the same place, as the bytes that do it.
// No terminal is touched here. One thread at a time.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace nightstack::tools {

struct TerminalSize {
    int columns = 80;
    int rows = 24;
};

class TerminalBlock {
public:
    // Draws `lines` where the last ones stand, or where the cursor is; leaves it behind the last. Lines are cut to the
    // terminal, and where there are more than it has rows the upper ones are shown. A terminal that became narrower
    // since has broken the old lines into more rows, as most do: those are taken back too.
    std::string drawn(std::span<const std::string> lines, const TerminalSize& size);
    // Takes it away; the cursor stands where its first line began.
    std::string cleared(const TerminalSize& size);
    bool shown() const { return !widths_.empty(); }

private:
    std::string to_begin(const TerminalSize& size) const;
    std::vector<int> widths_;  // columns of what stands there
};

}  // namespace nightstack::tools
