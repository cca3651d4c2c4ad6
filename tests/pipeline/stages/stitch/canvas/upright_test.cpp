// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/camera/upright.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace nightstack {
namespace {

// World axes as they come out of registration: the first camera's.
std::vector<Rotation> in_any_world(std::vector<Rotation> turns, const Rotation& world) {
    for (Rotation& r : turns) r = world * r;
    return turns;
}

TEST(Upright, LevelsARow) {
    std::vector<Rotation> row;
    for (int i = -3; i <= 3; ++i) row.push_back(Rotation::looking(0.3 * i, 0.2, 0));
    for (const Rotation& world : {Rotation(), Rotation::looking(1, 0.4, 0.7), Rotation::about({2, -1, 0.5})}) {
        const auto turns = in_any_world(row, world);
        const Rotation upright = upright_from_world(turns);
        for (std::size_t i = 0; i < turns.size(); ++i) {
            const Rotation found = upright * turns[i];
            EXPECT_NEAR((found.inverse() * row[i]).angle_rad(), 0, 1e-6);
        }
    }
}

TEST(Upright, PutsANarrowViewInTheMiddle) {
    std::vector<Rotation> turns;
    for (int i = -1; i <= 1; ++i) turns.push_back(Rotation::about({0.9, 0.3, 0}) * Rotation::looking(0.02 * i, 0, 0));
    const Rotation upright = upright_from_world(turns);
    const Direction ahead = upright(turns[1]({0, 0, 1})), right = upright(turns[1]({1, 0, 0}));
    EXPECT_NEAR(ahead.z, 1, 1e-3);
    EXPECT_NEAR(right.y, 0, 1e-3);
}

TEST(Upright, LongitudesAreAboutTheMiddleOfARing) {
    std::vector<Rotation> half;
    for (int i = 0; i < 6; ++i) half.push_back(Rotation::looking(2.5 + 0.4 * i, 0, 0));
    const Rotation upright = upright_from_world(half);
    const Direction first = upright(half.front()({0, 0, 1})), last = upright(half.back()({0, 0, 1}));
    EXPECT_NEAR(std::atan2(first.x, first.z), -1, 1e-6);
    EXPECT_NEAR(std::atan2(last.x, last.z), 1, 1e-6);
}

TEST(Upright, IsARotationWhateverTheCamerasDo) {
    const std::vector<std::vector<Rotation>> sets = {
        {Rotation()},
        {Rotation::looking(0, 1.5707963267948966, 0)},
        {Rotation::looking(0, 0, 0), Rotation::looking(0, 0, 3.14159265358979)},
        {Rotation::looking(0, 1.5707963267948966, 0), Rotation::looking(0, -1.5707963267948966, 0)},
        {Rotation::looking(0, 0, 0), Rotation::looking(3.14159265358979, 0, 0)},
    };
    for (const auto& turns : sets) EXPECT_TRUE(is_rotation(upright_from_world(turns).row_major()));
}

}  // namespace
}  // namespace nightstack
