// SPDX-License-Identifier: MIT
// The running sum against a twin that takes each pixel by itself, in double precision.
#include "pipeline/stages/video/plane_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/support/every_level.h"

namespace nightstack {
namespace {

Image<std::uint8_t> noise_picture(int width, int height, unsigned seed) {
    Image<std::uint8_t> out(width, height);
    std::mt19937 random(seed);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) out.view()(x, y) = static_cast<std::uint8_t>(random() >> 24);
    return out;
}

// Far from the borders of `reach`, where rounding may decide: 1 covered, 0 not, -1 too near to tell.
int twin_covers(Point p, ImageView<const std::uint8_t> source, double reach) {
    const auto axis = [&](double at, int length) {
        const double inside = std::min(at + reach, length - 1 + reach - at);
        if (std::abs(inside) < 1e-9 && inside != 0) return -1;
        return inside >= 0 ? 1 : 0;
    };
    const int x = axis(p.x, source.width()), y = axis(p.y, source.height());
    return x == 0 || y == 0 ? 0 : std::min(x, y);
}

double twin_value(Point p, ImageView<const std::uint8_t> source) {
    const double x = std::clamp(p.x, 0.0, source.width() - 1.0), y = std::clamp(p.y, 0.0, source.height() - 1.0);
    const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
    const int x1 = std::min(x0 + 1, source.width() - 1), y1 = std::min(y0 + 1, source.height() - 1);
    const double top = source(x0, y0) * (1 - (x - x0)) + source(x1, y0) * (x - x0);
    const double bottom = source(x0, y1) * (1 - (x - x0)) + source(x1, y1) * (x - x0);
    return top * (1 - (y - y0)) + bottom * (y - y0);
}

std::vector<Transform> places() {
    std::vector<Transform> all{Transform(), Transform::shift(3, -2), Transform::shift(0.25, 0.5),
                               Transform::shift(-7.125, 4.75), Transform::shift(500, 0)};
    for (const double degrees : {0.01, 0.17, -1.3, 5.0, 10.0, 30.0, 90.0, 180.0, -135.0})
        all.push_back(Transform::similarity(1.0003, degrees * 3.14159265358979 / 180, 1.3 + degrees, 2.7));
    all.push_back(Transform({-1, 0, 150.5, 0, 1, 0.25, 0, 0, 1}));  // mirrored
    all.push_back(Transform({1.02, 0.004, -3.3, -0.003, 0.985, 2.2, 0, 0, 1}));
    return all;
}

TEST(PlaneSum, IsTheTwinsAtEveryPlaceAndLevel) {
    const Image<std::uint8_t> picture = noise_picture(160, 97, 1);
    for (const Transform& place : places()) {
        for (const double reach : {0.0, 0.5, 1.0}) {
            std::vector<float> first;
            at_every_level([&] {
                PlaneSum sum;
                sum.begin(171, 103, reach);
                const SummedPlane frame{picture.cview(), place};
                sum.add_rows(std::span(&frame, 1), 0, 103);
                sum.close_rows(0, 103);
                std::vector<float> all;
                for (int y = 0; y < 103; ++y) {
                    for (int x = 0; x < 171; ++x) {
                        const Point p = place({static_cast<double>(x), static_cast<double>(y)});
                        const int covers = twin_covers(p, picture.cview(), reach);
                        const int count = sum.count()(x, y);
                        if (covers >= 0) {
                            ASSERT_EQ(count, covers) << x << ' ' << y << " at " << p.x << ' ' << p.y;
                        }
                        ASSERT_NEAR(sum.sum()(x, y), count > 0 ? twin_value(p, picture.cview()) : 0, 3e-4)
                            << x << ' ' << y << " turned " << place.rotation_rad();
                        all.push_back(sum.sum()(x, y));
                    }
                }
                if (first.empty()) first = all;
                ASSERT_EQ(first, all);
            });
        }
    }
}

TEST(PlaneSum, RowsInAnyPiecesAndHalvesGiveTheSame) {
    std::vector<Image<std::uint8_t>> pictures;
    std::vector<SummedPlane> frames;
    for (unsigned i = 0; i < 6; ++i) pictures.push_back(noise_picture(64, 48, i));
    for (std::size_t i = 0; i < 6; ++i)
        frames.push_back({pictures[i].cview(), Transform::similarity(1, 0.002 * static_cast<double>(i), 0.3, -0.4)});
    PlaneSum whole, pieces, odd;
    for (PlaneSum* sum : {&whole, &pieces, &odd}) sum->begin(64, 48, 0.5);
    whole.add_rows(frames, 0, 48);
    for (const SummedPlane& frame : frames) {  // one by one, from below
        pieces.add_rows(std::span(&frame, 1), 20, 48);
        pieces.add_rows(std::span(&frame, 1), 0, 20);
    }
    odd.add_rows(std::span(frames).first(3), 0, 48);
    PlaneSum rest;
    rest.begin(64, 48, 0.5);
    rest.add_rows(std::span(frames).subspan(3), 0, 48);
    odd.absorb_rows(rest, 0, 48);
    for (PlaneSum* sum : {&whole, &pieces, &odd}) sum->close_rows(0, 48);
    for (int y = 0; y < 48; ++y) {
        for (int x = 0; x < 64; ++x) {
            ASSERT_EQ(whole.sum()(x, y), pieces.sum()(x, y));
            ASSERT_EQ(whole.count()(x, y), pieces.count()(x, y));
            ASSERT_EQ(whole.count()(x, y), odd.count()(x, y));
            ASSERT_NEAR(whole.sum()(x, y), odd.sum()(x, y), 1e-3);
        }
    }
}

TEST(PlaneSum, TakesPicturesOfOnePixel) {
    const Image<std::uint8_t> picture = noise_picture(1, 1, 3);
    PlaneSum sum;
    sum.begin(3, 2, 0.5);
    const SummedPlane frame{picture.cview(), Transform::shift(-1, 0)};
    sum.add_rows(std::span(&frame, 1), 0, 2);
    sum.close_rows(0, 2);
    EXPECT_EQ(sum.count()(1, 0), 1);
    EXPECT_EQ(sum.sum()(1, 0), picture.cview()(0, 0));
    EXPECT_EQ(sum.count()(0, 0) + sum.count()(2, 0) + sum.count()(1, 1), 0);
}

}  // namespace
}  // namespace nightstack
