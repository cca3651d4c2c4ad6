// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/max_rectangle.h"

#include <gtest/gtest.h>

#include <random>

namespace nightstack {
namespace {

bool whole(ImageView<const std::uint8_t> covered, const Rect& r) {
    for (int y = r.y; y < r.bottom(); ++y)
        for (int x = r.x; x < r.right(); ++x)
            if (covered(x, y) == 0) return false;
    return true;
}

int largest_area(ImageView<const std::uint8_t> covered) {
    int most = 0;
    for (int y = 0; y < covered.height(); ++y)
        for (int x = 0; x < covered.width(); ++x)
            for (int h = 1; y + h <= covered.height(); ++h)
                for (int w = 1; x + w <= covered.width(); ++w)
                    if (w * h > most && whole(covered, {x, y, w, h})) most = w * h;
    return most;
}

TEST(MaxRectangle, IsTheLargest) {
    std::mt19937 random(1);
    for (int round = 0; round < 100; ++round) {
        Image<std::uint8_t> covered(1 + round % 11, 1 + round % 7);
        const unsigned gaps = 2 + static_cast<unsigned>(round) % 9;
        for (int y = 0; y < covered.height(); ++y)
            for (auto& c : covered.view().row(y)) c = random() % gaps != 0 ? 1 : 0;
        const Rect found = max_rectangle(covered.cview());
        EXPECT_TRUE(whole(covered.cview(), found));
        EXPECT_EQ(found.width * found.height, largest_area(covered.cview())) << round;
    }
}

TEST(MaxRectangle, IsEmptyWhereNothingIsCovered) {
    const Image<std::uint8_t> none(5, 4);
    EXPECT_TRUE(max_rectangle(none.cview()).empty());
    EXPECT_TRUE(max_rectangle({}).empty());
}

TEST(ShrunkToCovered, MovesTheSidesThatAreBroken) {
    Image<std::uint8_t> covered(20, 10);
    for (int y = 1; y < 9; ++y)
        for (int x = 2; x < 17; ++x) covered.view()(x, y) = 1;
    covered.view()(8, 8) = 0;  // a notch in the lowest row
    const auto part = [&](const Rect& line) {
        double sum = 0;
        for (int y = line.y; y < line.bottom(); ++y)
            for (int x = line.x; x < line.right(); ++x) sum += covered.view()(x, y);
        return sum / (line.width * line.height);
    };
    EXPECT_EQ(shrunk_to_covered({0, 0, 20, 10}, part), (Rect{2, 1, 15, 7}));
    EXPECT_TRUE(shrunk_to_covered({0, 0, 20, 10}, [](const Rect&) { return 0.0; }).empty());
}

}  // namespace
}  // namespace nightstack
