// SPDX-License-Identifier: MIT
#include "tools/cli/columns.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "pipeline/core/utf8.h"

namespace nightstack::tools {
namespace {

struct Range {
    std::uint32_t first, last;
};

// Unicode's blocks, roughly: of a few characters we shall be wrong, by one column.
constexpr Range kNone[] = {{0x0300, 0x036F}, {0x200B, 0x200D}, {0x20D0, 0x20FF},
                           {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}};
constexpr Range kTwo[] = {{0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0xA4CF},  {0xAC00, 0xD7A3},
                          {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6},
                          {0x1F300, 0x1F64F}, {0x1F680, 0x1FAFF}, {0x20000, 0x3FFFD}};

template <std::size_t N>
bool within(const Range (&ranges)[N], std::uint32_t c) {
    return std::any_of(ranges, ranges + N, [c](const Range& r) { return c >= r.first && c <= r.last; });
}

std::uint32_t code_of(std::string_view character) {
    const auto byte = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(character[i]));
    };
    if (character.size() == 1) return byte(0);
    std::uint32_t code = byte(0) & (0x7FU >> character.size());
    for (std::size_t i = 1; i < character.size(); ++i) code = code << 6U | (byte(i) & 0x3FU);
    return code;
}

int columns_of_character(std::string_view character) {
    const std::uint32_t code = code_of(character);
    if (within(kNone, code)) return 0;
    return within(kTwo, code) ? 2 : 1;
}

// The longest beginning of at most so many columns, marks on its last character included.
std::string_view beginning(std::string_view text, int columns) {
    std::size_t end = 0;
    while (end < text.size()) {
        const std::size_t length = std::max<std::size_t>(1, utf8_length(text, end));
        columns -= columns_of_character(text.substr(end, length));
        if (columns < 0) break;
        end += length;
    }
    return text.substr(0, end);
}

}  // namespace

int columns_of(std::string_view text) {
    int columns = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = std::max<std::size_t>(1, utf8_length(text, at));
        columns += columns_of_character(text.substr(at, length));
        at += length;
    }
    return columns;
}

std::string fitted(std::string_view text, int columns) {
    if (columns_of(text) <= columns) return std::string(text);
    if (columns <= 2) return std::string(static_cast<std::size_t>(std::max(columns, 0)), '.');
    return std::string(beginning(text, columns - 2)) + "..";
}

}  // namespace nightstack::tools
