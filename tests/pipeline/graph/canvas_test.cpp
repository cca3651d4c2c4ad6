// SPDX-License-Identifier: MIT
#include "pipeline/graph/canvas.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/graph/live_canvas.h"

namespace nightstack {
namespace {

constexpr int kWidth = 400;
constexpr int kHeight = 300;

Transform about_centre(double angle_rad, double dx, double dy) {
    const double cx = (kWidth - 1) / 2.0;
    const double cy = (kHeight - 1) / 2.0;
    return Transform::shift(cx + dx, cy + dy) * Transform::similarity(1, angle_rad, 0, 0) * Transform::shift(-cx, -cy);
}

bool seen_by(const Transform& ref_from_frame, Point in_ref) {
    const Point p = ref_from_frame.inverse()(in_ref);
    return p.x >= -1e-6 && p.y >= -1e-6 && p.x <= kWidth - 1 + 1e-6 && p.y <= kHeight - 1 + 1e-6;
}

TEST(Canvas, MaxHoldsEveryFrame) {
    const std::vector<Transform> frames{Transform(), Transform::shift(-20.5, 7), about_centre(0.3, 5, 5)};
    const Canvas canvas = plan_canvas(frames, kWidth, kHeight, Framing::max, 1);
    const Transform canvas_from_ref = canvas.ref_from_canvas().inverse();
    for (const Transform& t : frames) {
        for (const Point corner :
             {Point{0, 0}, Point{kWidth - 1, 0}, Point{0, kHeight - 1}, Point{kWidth - 1, kHeight - 1}}) {
            const Point p = canvas_from_ref(t(corner));
            EXPECT_GE(p.x, -0.01);
            EXPECT_GE(p.y, -0.01);
            EXPECT_LE(p.x, canvas.width - 1 + 0.01);
            EXPECT_LE(p.y, canvas.height - 1 + 0.01);
        }
    }
}

TEST(Canvas, MaxOfPureShiftsWastesNothing) {
    const std::vector<Transform> frames{Transform(), Transform::shift(10, -4)};
    const Canvas canvas = plan_canvas(frames, kWidth, kHeight, Framing::max, 1);
    EXPECT_EQ(canvas.x0, 0);
    EXPECT_EQ(canvas.y0, -4);
    EXPECT_EQ(canvas.width, kWidth + 10);
    EXPECT_EQ(canvas.height, kHeight + 4);
}

TEST(Canvas, ReferenceIsTheReference) {
    const std::vector<Transform> frames{Transform(), Transform::shift(100, 100)};
    const Canvas canvas = plan_canvas(frames, kWidth, kHeight, Framing::reference, 1);
    EXPECT_EQ(canvas.width, kWidth);
    EXPECT_EQ(canvas.height, kHeight);
    EXPECT_EQ(canvas.ref_from_canvas()({3, 4}), (Point{3, 4}));
}

// Only the field of the reference is stacked, whatever the lights share beyond it.
TEST(LiveCanvas, CommonStaysInTheFieldOfTheReference) {
    const std::vector<Transform> night{Transform::shift(150, 20), Transform::shift(200.5, -10)};
    StreamFormat light, reference;
    light.width = reference.width = kWidth;
    light.height = reference.height = kHeight;
    const LiveCanvas shared = live_canvas(night, light, reference, Framing::common, 1);
    EXPECT_EQ(shared.pixels, (Rect{201, 20, 199, 270}));
    EXPECT_EQ(shared.canvas.x0, 201);
    EXPECT_EQ(shared.canvas.width, 199);
    const LiveCanvas halves = live_canvas(night, light, reference, Framing::common, 0.5);
    EXPECT_EQ(halves.pixels, (Rect{101, 10, 99, 135}));
    EXPECT_EQ(halves.canvas.x0, 202);
    reference.width = 300;  // another camera
    EXPECT_EQ(live_canvas(night, light, reference, Framing::common, 1).pixels, (Rect{201, 20, 99, 270}));
    EXPECT_EQ(live_canvas(night, light, reference, Framing::reference, 1).pixels, (Rect{0, 0, 300, kHeight}));
    EXPECT_EQ(live_canvas(night, light, reference, Framing::max, 1).pixels, (Rect{150, -10, 451, 330}));
    reference.width = 200;
    EXPECT_THROW(live_canvas(night, light, reference, Framing::common, 1), OptionError);
}

TEST(Canvas, CommonIsSeenByAllAndCannotGrow) {
    std::mt19937 rng(3);
    std::uniform_real_distribution<double> u(-1, 1);
    for (int round = 0; round < 20; ++round) {
        std::vector<Transform> frames{Transform()};
        for (int i = 0; i < 4; ++i) frames.push_back(about_centre(0.4 * u(rng), 30 * u(rng), 30 * u(rng)));
        const Canvas c = plan_canvas(frames, kWidth, kHeight, Framing::common, 1);
        const auto all_see = [&](int x, int y) {
            for (const Transform& t : frames) {
                if (!seen_by(t, c.ref_from_canvas()({static_cast<double>(x), static_cast<double>(y)}))) return false;
            }
            return true;
        };
        const auto corners_seen = [&](int x0, int y0, int x1, int y1) {
            return all_see(x0, y0) && all_see(x1, y0) && all_see(x0, y1) && all_see(x1, y1);
        };
        EXPECT_TRUE(corners_seen(0, 0, c.width - 1, c.height - 1));
        EXPECT_FALSE(corners_seen(-1, 0, c.width - 1, c.height - 1) && corners_seen(0, 0, c.width, c.height - 1));
        EXPECT_GT(c.width * c.height, kWidth * kHeight / 5);
    }
}

TEST(Canvas, HalfScalePixelsSitBetweenTheirFour) {
    const std::vector<Transform> frames{Transform()};
    const Canvas c = plan_canvas(frames, kWidth, kHeight, Framing::reference, 0.5);
    EXPECT_EQ(c.width, kWidth / 2);
    const Point p = c.ref_from_canvas()({10, 20});
    EXPECT_DOUBLE_EQ(p.x, 20.5);
    EXPECT_DOUBLE_EQ(p.y, 40.5);
}

TEST(Canvas, NothingInCommonAndRunawayTransformsAreRefused) {
    const std::vector<Transform> apart{Transform(), Transform::shift(kWidth + 10, 0)};
    EXPECT_THROW(plan_canvas(apart, kWidth, kHeight, Framing::common, 1), OptionError);
    const std::vector<Transform> far{Transform(), Transform::shift(90'000, 0)};
    EXPECT_THROW(plan_canvas(far, kWidth, kHeight, Framing::max, 1), OptionError);
    const std::vector<Transform> wild{Transform(), Transform({1, 0, 0, 0, 1, 0, -1.0 / 200, 0, 1})};
    EXPECT_THROW(plan_canvas(wild, kWidth, kHeight, Framing::max, 1), OptionError);
}

// An edge that bows inwards is crossed four times by a row near it.
TEST(Canvas, CommonOfBentFramesIsSeenByAllOfThem) {
    for (const double k1 : {0.06, -0.06}) {
        for (const Point moved : {Point{0, 60}, Point{0, -60}, Point{40, 25}}) {
            const RadialDistortion lens = RadialDistortion::about_middle(kWidth, kHeight, k1);
            const std::vector<Transform> frames{Transform(), Transform::shift(moved.x, moved.y)};
            const Canvas canvas = plan_canvas(frames, kWidth, kHeight, Framing::common, 1, lens);
            EXPECT_GT(canvas.width, 300);
            EXPECT_GT(canvas.height, 200);
            for (int y = 0; y < canvas.height; ++y) {
                for (int x = 0; x < canvas.width; ++x) {
                    const Point ideal = lens.ideal_from_frame({1.0 * x + canvas.x0, 1.0 * y + canvas.y0});
                    for (const Transform& t : frames) {
                        const Point p = lens.frame_from_ideal(t.inverse()(ideal));
                        ASSERT_TRUE(p.x > -0.1 && p.y > -0.1 && p.x < kWidth - 0.9 && p.y < kHeight - 0.9)
                            << k1 << ' ' << moved.y << ": " << p.x << ' ' << p.y;
                    }
                }
            }
        }
    }
}

}  // namespace
}  // namespace nightstack
