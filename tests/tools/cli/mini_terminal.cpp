// SPDX-License-Identifier: MIT
#include "tests/tools/cli/mini_terminal.h"

#include <algorithm>

namespace nightstack::tools::test {

void MiniTerminal::feed(std::string_view bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char c = bytes[i];
        if (c == '\r') {
            column_ = 0;
        } else if (c == '\n') {
            column_ = 0;
            down();
        } else if (c == '\x1B') {
            i = sequence(bytes, i);
        } else {
            put(c);
        }
    }
}

void MiniTerminal::narrow(int columns) {
    std::vector<std::string> broken;
    std::size_t row = 0;
    for (std::size_t y = 0; y < lines_.size(); ++y) {
        std::string line = lines_[y];
        do {
            broken.push_back(line.substr(0, static_cast<std::size_t>(columns)));
            line.erase(0, broken.back().size());
        } while (!line.empty());
        if (y == row_) row = broken.size() - 1;
    }
    lines_ = broken;
    row_ = row;
    column_ = lines_[row_].size();
    columns_ = columns;
}

std::vector<std::string> MiniTerminal::lines() const {
    std::vector<std::string> out = lines_;
    for (std::string& line : out) line.erase(line.find_last_not_of(' ') + 1);
    while (!out.empty() && out.back().empty()) out.pop_back();
    return out;
}

void MiniTerminal::down() {
    if (++row_ == lines_.size()) lines_.emplace_back();
}

std::size_t MiniTerminal::top() const {
    return lines_.size() - std::min(lines_.size(), static_cast<std::size_t>(rows_));
}

void MiniTerminal::put(char c) {
    if (column_ == static_cast<std::size_t>(columns_)) {
        column_ = 0;
        down();
    }
    std::string& line = lines_[row_];
    if (line.size() <= column_) line.resize(column_ + 1, ' ');
    line[column_++] = c;
}

std::size_t MiniTerminal::sequence(std::string_view bytes, std::size_t at) {
    std::size_t end = at + 2;
    std::size_t number = 0;
    for (; bytes.at(end) >= '0' && bytes.at(end) <= '9'; ++end)
        number = 10 * number + static_cast<std::size_t>(bytes[end] - '0');
    if (bytes[end] == 'A') row_ = std::max(top(), row_ - std::min(row_, std::max<std::size_t>(1, number)));
    if (bytes[end] == 'K' || bytes[end] == 'J') lines_[row_].resize(std::min(lines_[row_].size(), column_));
    if (bytes[end] == 'J') lines_.resize(row_ + 1);
    return end;
}

}  // namespace nightstack::tools::test
