// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/interface_table.h"

#include <algorithm>
#include <vector>

#include "device/dwarf/protocol/rows.h"

namespace nightstack::device::dwarf {
namespace {

std::vector<Interface> joined() {
    std::vector<Interface> all;
    for (const auto part :
         {rows::camera(), rows::isp(), rows::state(), rows::astro(), rows::tracking(), rows::motion(), rows::system()})
        all.insert(all.end(), part.begin(), part.end());
    std::sort(all.begin(), all.end(), [](const Interface& a, const Interface& b) { return a.number < b.number; });
    return all;
}

}  // namespace

std::span<const Interface> interfaces() {
    static const std::vector<Interface> all = joined();
    return all;
}

const Interface* find_interface(int number) {
    const auto all = interfaces();
    const auto at = std::lower_bound(all.begin(), all.end(), number,
                                     [](const Interface& row, int wanted) { return row.number < wanted; });
    return at != all.end() && at->number == number ? &*at : nullptr;
}

const Interface* find_interface(std::string_view key) {
    for (const Interface& row : interfaces()) {
        if (row.key == key) return &row;
    }
    return nullptr;
}

}  // namespace nightstack::device::dwarf
