// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/layout/grid_names.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "pipeline/core/ascii.h"
#include "pipeline/core/natural_order.h"

namespace nightstack {
namespace {

constexpr int kMostIndex = 999;

// The last two numbers of a name and what surrounds them: names of one pattern share it.
struct Numbered {
    std::string pattern;
    long long first = 0, second = 0;
};

std::optional<Numbered> last_two_numbers(std::string_view text) {
    std::vector<std::pair<std::size_t, std::size_t>> runs;  // begin, end
    for (std::size_t i = 0; i < text.size();) {
        std::size_t j = i;
        while (j < text.size() && is_digit(text[j])) ++j;
        if (j > i) runs.emplace_back(i, j);
        i = std::max(j, i + 1);
    }
    if (runs.size() < 2) return std::nullopt;
    const auto [b1, e1] = runs[runs.size() - 2];
    const auto [b2, e2] = runs.back();
    // "2_5", "2-5", "2x5", "r2c5", "row2_col5"; more between them is a name of its own.
    if (e1 - b1 > 3 || e2 - b2 > 3 || b2 - e1 > 5 || b2 == e1) return std::nullopt;
    const auto number = [&](std::size_t b, std::size_t e) {
        long long v = 0;
        for (std::size_t i = b; i < e; ++i) v = v * 10 + (text[i] - '0');
        return v;
    };
    Numbered out{std::string(text.substr(0, b1)) + "#" + std::string(text.substr(e1, b2 - e1)) + "#" +
                     std::string(text.substr(e2)),
                 number(b1, e1), number(b2, e2)};
    if (out.first > kMostIndex || out.second > kMostIndex) return std::nullopt;
    return out;
}

// The pattern most names have, and their numbers.
std::vector<std::optional<GridPlace>> places_of(std::span<const std::string> stems) {
    std::map<std::string, std::vector<std::pair<std::size_t, Numbered>>> by_pattern;
    for (std::size_t i = 0; i < stems.size(); ++i)
        if (auto n = last_two_numbers(stems[i])) by_pattern[n->pattern].emplace_back(i, *n);
    std::vector<std::optional<GridPlace>> none(stems.size());
    if (by_pattern.empty()) return none;
    const auto& most = std::max_element(by_pattern.begin(), by_pattern.end(), [](const auto& a, const auto& b) {
                           return a.second.size() < b.second.size();
                       })->second;
    std::set<long long> rows, columns;
    std::set<std::pair<long long, long long>> cells;
    for (const auto& [i, n] : most) {
        rows.insert(n.first);
        columns.insert(n.second);
        if (!cells.emplace(n.first, n.second).second) return none;
    }
    // Most of the grid must be there, and the numbers must be next to each other: dates and counters are no grid.
    const long long high = *rows.rbegin() - *rows.begin() + 1, wide = *columns.rbegin() - *columns.begin() + 1;
    if (most.size() < 3 || static_cast<double>(cells.size()) < 0.6 * static_cast<double>(high * wide)) return none;
    // One running number in front of or behind a constant is a row of pictures, which the counter says as well.
    if (rows.size() < 2 || columns.size() < 2) return none;
    std::vector<std::optional<GridPlace>> out(stems.size());
    for (const auto& [i, n] : most)
        out[i] = GridPlace{static_cast<int>(n.first - *rows.begin()), static_cast<int>(n.second - *columns.begin())};
    return out;
}

}  // namespace

NameOrder read_names(std::span<const std::string> stems) {
    NameOrder out;
    out.places = places_of(stems);
    out.is_grid = std::any_of(out.places.begin(), out.places.end(), [](const auto& p) { return p.has_value(); });
    out.order.resize(stems.size());
    std::iota(out.order.begin(), out.order.end(), 0);
    std::stable_sort(out.order.begin(), out.order.end(), [&](int i, int j) {
        return natural_less(stems[static_cast<std::size_t>(i)], stems[static_cast<std::size_t>(j)]);
    });
    return out;
}

}  // namespace nightstack
