// SPDX-License-Identifier: MIT
// The sorting network, seen through the median: it must sort any number of values. (The list itself
// is not public; the zero-one principle says that 0/1 inputs are enough.)
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tiles.h"

namespace nightstack {
namespace {

TEST(SortingNetwork, MedianOfZerosAndOnesIsRightForEveryCount) {
    std::mt19937 rng(3);
    for (int n = 1; n <= 130; ++n) {
        Scene scene = make_scene({.frames = n, .width = 64, .height = 1, .seed = 3});
        std::vector<int> ones(64);
        for (int x = 0; x < 64; ++x) {
            const auto share = static_cast<unsigned>(rng() % 101);
            for (int f = 0; f < n; ++f) {
                const bool one = rng() % 100 < share;
                scene.pixels[static_cast<std::size_t>(f)].view()(x, 0) = one ? 1 : 0;
                ones[static_cast<std::size_t>(x)] += one;
            }
        }
        const Result r = integrated(scene, {CombineKind::median, {RejectKind::none}});
        for (int x = 0; x < 64; ++x) {
            const int zeros = n - ones[static_cast<std::size_t>(x)];
            const double want = (((n - 1) / 2 >= zeros ? 1 : 0) + (n / 2 >= zeros ? 1 : 0)) / 2.0;
            ASSERT_EQ(r.value.view()(x, 0), want) << n << " samples, " << zeros << " zeros";
        }
    }
}

}  // namespace
}  // namespace nightstack
