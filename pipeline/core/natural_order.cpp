// SPDX-License-Identifier: MIT
#include "pipeline/core/natural_order.h"

#include <cstddef>

#include "pipeline/core/ascii.h"

namespace nightstack {
namespace {

// A run of digits without leading zeros, and where it ends.
std::string_view number_at(std::string_view text, std::size_t at, std::size_t& end) {
    end = at;
    while (end < text.size() && is_digit(text[end])) ++end;
    while (at + 1 < end && text[at] == '0') ++at;
    return text.substr(at, end - at);
}

unsigned char folded(char c) { return static_cast<unsigned char>(lower_case(c)); }

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        if (is_digit(a[i]) && is_digit(b[j])) {
            const std::string_view first = number_at(a, i, i);
            const std::string_view second = number_at(b, j, j);
            if (first.size() != second.size()) return first.size() < second.size();
            if (first != second) return first < second;
            continue;
        }
        if (folded(a[i]) != folded(b[j])) return folded(a[i]) < folded(b[j]);
        ++i;
        ++j;
    }
    if (i < a.size() || j < b.size()) return j < b.size();
    return a < b;  // alike but for case and leading zeros
}

}  // namespace nightstack
