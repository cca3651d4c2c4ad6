// SPDX-License-Identifier: MIT
// Which pairs of tiles are worth a closer look. Pure functions; any thread.
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace nightstack {

using TilePair = std::pair<int, int>;  // the lower number first

// How much two tiles look alike: a count, 0 for those that are not asked for.
using Alikeness = std::function<int(int, int)>;

// By a rough count: of few tiles all pairs that are asked for, of many those in which one is among the other's best.
std::vector<TilePair> pairs_to_compare(int tiles, const std::function<bool(int, int)>& asked, const Alikeness& rough);

// Of those, by a better count: all of few tiles; of more for each tile its eight best, and its sixteen best above a
// count that chance does not reach. Of equal ones the first.
std::vector<TilePair> pairs_to_link(int tiles, const std::vector<TilePair>& compared, const Alikeness& alike);

// Tiles of which all pairs are compared, or even linked, without counting.
inline constexpr int kFewToCompare = 25, kFewToLink = 6;

}  // namespace nightstack
