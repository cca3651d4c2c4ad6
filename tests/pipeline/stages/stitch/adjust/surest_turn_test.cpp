// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/surest_turn.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace nightstack {
namespace {

constexpr TileLens kTurnLens{960, 540, 1300, 0, 0};

// Places of the ground all over what both see, and many on a pole near by, which lies `off_px` elsewhere.
TileLink ground_and_pole(const Rotation& a_from_b, int ground, int pole, double off_px) {
    std::mt19937 rng(5);
    const auto dice = [&](double low, double high) {
        return low + (high - low) * static_cast<double>(rng()) / 4294967296.0;
    };
    TileLink link;
    const auto add = [&](Point in_a, double dx) {
        const auto b = kTurnLens.pixel(a_from_b.inverse()(kTurnLens.direction(in_a)));
        if (b) link.places.push_back({in_a, {b->x + dx + dice(-0.3, 0.3), b->y + dice(-0.3, 0.3)}, 1});
    };
    for (int i = 0; i < ground; ++i) add({dice(700, 950), dice(10, 530)}, 0);
    for (int i = 0; i < pole; ++i) add({dice(815, 830), dice(150, 300)}, off_px);
    return link;
}

TEST(SurestTurn, LeavesOutWhatIsNear) {
    const Rotation truth = Rotation::looking(0.5, 0.02, 0.01);
    const TileLink link = ground_and_pole(truth, 30, 60, -13);
    const SurestTurn found = surest_turn(kTurnLens, kTurnLens, link, 3.5);
    EXPECT_LT((truth.inverse() * found.a_from_b).angle_rad() * kTurnLens.f_px, 0.5);
    for (std::size_t i = 0; i < link.places.size(); ++i) EXPECT_EQ(found.fits[i], i < 30) << i;
    EXPECT_LT(found.squares, found.squares_in_all);
}

TEST(SurestTurn, KeepsAllOfATurnAndTheSameEachTime) {
    const TileLink link = ground_and_pole(Rotation::looking(0.5, 0, 0), 50, 0, 0);
    const SurestTurn found = surest_turn(kTurnLens, kTurnLens, link, 3.5);
    EXPECT_EQ(std::count(found.fits.begin(), found.fits.end(), true), 50);
    EXPECT_EQ(found.squares, found.squares_in_all);
    EXPECT_EQ(surest_turn(kTurnLens, kTurnLens, link, 3.5).a_from_b, found.a_from_b);
    EXPECT_TRUE(surest_turn(kTurnLens, kTurnLens, TileLink{}, 3.5).fits.empty());
}

}  // namespace
}  // namespace nightstack
