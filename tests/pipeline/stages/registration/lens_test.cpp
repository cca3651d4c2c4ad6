// SPDX-License-Identifier: MIT
// Sessions of a camera with a known lens: star lists projected by a pinhole camera that turns, then bent.
#include "pipeline/stages/registration/lens.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "fields.h"

namespace nightstack {
namespace {

using testing_fields::gauss;
using testing_fields::height_px;
using testing_fields::uniform;
using testing_fields::width_px;

constexpr int kWidth = static_cast<int>(width_px);
constexpr int kHeight = static_cast<int>(height_px);

struct Camera {
    double field_deg = 3;  // along the width
    double k1 = 0;
    double k2 = 0;
    double turn_deg = 20;     // of the field, from the first to the last frame,
    double off_axis_deg = 0;  // about a place this far off the camera's axis
    double drift_px = 100;
    double jitter_px = 0.03;
    int frames = 10;
    int stars = 500;
};

Transform about(double turn_rad) { return Transform::similarity(1, turn_rad, 0, 0); }

// Camera matrix times rotation times its inverse: what turning the camera does to the ideal plane.
Transform turned(const Camera& c, double turn_rad, double tilt_rad) {
    const double focal = 0.5 * width_px / std::tan(0.5 * c.field_deg * std::numbers::pi / 180);
    const Transform k({focal, 0, 0.5 * (width_px - 1), 0, focal, 0.5 * (height_px - 1), 0, 0, 1});
    const double co = std::cos(tilt_rad), si = std::sin(tilt_rad);
    const Transform tilt({co, 0, si, 0, 1, 0, -si, 0, co});
    return k * tilt * about(turn_rad) * tilt.inverse() * k.inverse();
}

struct Session {
    RadialDistortion lens;
    std::vector<Transform> ideal_from_first;  // per frame
    std::vector<StarList> frames;
};

Session session_of(const Camera& c, unsigned seed) {
    std::mt19937 rng(seed);
    Session s;
    s.lens = RadialDistortion::about_middle(kWidth, kHeight, c.k1, c.k2);
    std::vector<std::pair<Point, double>> sky;
    const double reach = 0.4 * width_px;
    const double density = c.stars / width_px / height_px;
    const int all = static_cast<int>(density * (width_px + 2 * reach) * (height_px + 2 * reach));
    for (int i = 0; i < all; ++i) {
        const Point p{uniform(rng, -reach, width_px + reach), uniform(rng, -reach, height_px + reach)};
        sky.emplace_back(p, testing_fields::sky_flux(rng));
    }
    std::sort(sky.begin(), sky.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    for (int f = 0; f < c.frames; ++f) {
        const double t = static_cast<double>(f) / (c.frames - 1);
        const Transform pose =
            Transform::shift(c.drift_px * t, -0.6 * c.drift_px * t) *
            turned(c, c.turn_deg * t * std::numbers::pi / 180, c.off_axis_deg * std::numbers::pi / 180);
        StarList list;
        for (const auto& [place, flux] : sky) {
            const Point p = s.lens.frame_from_ideal(pose(place));
            if (p.x < 0 || p.y < 0 || p.x >= width_px || p.y >= height_px) continue;
            list.push_back(
                testing_fields::star_at(p.x + c.jitter_px * gauss(rng), p.y + c.jitter_px * gauss(rng), flux));
        }
        s.ideal_from_first.push_back(pose);
        s.frames.push_back(std::move(list));
    }
    return s;
}

struct Found {
    std::optional<RadialDistortion> lens;
    double rms_px = 0;    // of positions over all frames against truth
    double plain_px = 0;  // the same by 3x3 alone
};

// Distance from truth of where a pixel of the frame lies on the first, over a grid with the corners.
double off_truth(const Session& s, const std::vector<Registration>& all, const RadialDistortion& lens) {
    double sum = 0, n = 0;
    for (std::size_t f = 1; f < s.frames.size(); ++f) {
        const Transform truth = s.ideal_from_first[0] * s.ideal_from_first[f].inverse();
        for (int i = 0; i < 81; ++i) {
            const Point p{(width_px - 1) * (i % 9) / 8.0, (height_px - 1) * (i / 9) / 8.0};
            const Point want = s.lens.frame_from_ideal(truth(s.lens.ideal_from_frame(p)));
            if (want.x < 0 || want.y < 0 || want.x > width_px - 1 || want.y > height_px - 1) continue;
            const Point got = lens.frame_from_ideal(all[f].ref_from_frame(lens.ideal_from_frame(p)));
            sum += (got.x - want.x) * (got.x - want.x) + (got.y - want.y) * (got.y - want.y);
            n += 1;
        }
    }
    return std::sqrt(sum / n);
}

std::vector<Registration> registered(const std::vector<StarList>& lists) {
    std::vector<Registration> all(lists.size());
    std::vector<Registration> others;
    for (std::size_t f = 1; f < lists.size(); ++f) {
        all[f] = register_frame(lists[0], lists[f]);
        EXPECT_TRUE(all[f].ok()) << f << all[f].text;
        others.push_back(all[f]);
    }
    const TransformModel model = choose_session_model(others);
    for (std::size_t f = 1; f < lists.size(); ++f) all[f] = with_model(all[f], model);
    return all;
}

Found find_in(const Session& s) {
    const std::vector<Registration> plain = registered(s.frames);
    std::vector<SightedFrame> sighted;
    for (std::size_t f = 1; f < s.frames.size(); ++f) sighted.push_back({&s.frames[f], &plain[f]});
    Found found{find_distortion(s.frames[0], sighted, kWidth, kHeight), 0, 0};
    const RadialDistortion none = RadialDistortion::about_middle(kWidth, kHeight, 0);
    found.rms_px = found.plain_px = off_truth(s, plain, none);
    if (!found.lens) return found;
    std::vector<StarList> straight;
    for (const StarList& list : s.frames) straight.push_back(straightened(list, *found.lens));
    found.rms_px = off_truth(s, registered(straight), *found.lens);
    return found;
}

TEST(Lens, IsFoundWhereTheFieldDriftsAndTurns) {
    for (const double k1 : {-0.06, -0.01, 0.004, 0.03}) {
        for (const double turn : {0.0, 20.0}) {
            Camera c;
            c.k1 = k1;
            c.turn_deg = turn;
            c.drift_px = 300;
            const Found found = find_in(session_of(c, 3));
            ASSERT_TRUE(found.lens) << k1 << ' ' << turn;
            EXPECT_NEAR(found.lens->k1, k1, 0.002) << turn;
            EXPECT_LT(found.rms_px, 0.02) << k1 << ' ' << turn;
            EXPECT_GT(found.plain_px, 0.1) << k1 << ' ' << turn;
        }
    }
}

// DWARF's wide camera: 38.9 x 22.4 degrees, so a turn about a place off its axis is a strong homography besides.
TEST(Lens, OfAWideCamera) {
    for (const double k1 : {-0.08, 0.05}) {
        Camera c;
        c.field_deg = 38.9;
        c.k1 = k1;
        c.k2 = 0.02;
        c.off_axis_deg = 25;
        c.drift_px = 0;
        const Found found = find_in(session_of(c, 4));
        ASSERT_TRUE(found.lens);
        EXPECT_NEAR(found.lens->k1, k1, 0.003);
        EXPECT_NEAR(found.lens->k2, 0.02, 0.004);
        EXPECT_LT(found.rms_px, 0.02) << k1;
        EXPECT_GT(found.plain_px, 0.1) << k1;
    }
}

TEST(Lens, AStraightOneIsLeftAlone) {
    for (unsigned seed = 0; seed < 25; ++seed) {
        Camera c;
        c.turn_deg = seed % 2 == 0 ? 20 : 3;
        c.drift_px = 60.0 * (seed % 5);
        c.off_axis_deg = seed % 3 == 0 ? 2 : 0;
        c.jitter_px = seed % 4 == 0 ? 0.15 : 0.04;
        c.stars = seed % 7 == 0 ? 90 : 500;
        c.frames = 4 + static_cast<int>(seed);
        const Session s = session_of(c, 100 + seed);
        EXPECT_FALSE(find_in(s).lens) << seed;
    }
}

// Turned about the very middle, every star keeps its distance from it: nothing is seen, and nothing is lost.
TEST(Lens, WhatTheSessionDoesNotShowIsNotInvented) {
    Camera c;
    c.k1 = -0.05;
    c.drift_px = 0;
    const Found found = find_in(session_of(c, 9));
    EXPECT_FALSE(found.lens);
    EXPECT_LT(found.rms_px, 0.02);
}

TEST(Lens, TwoFramesAreEnoughWhenTheyDiffer) {
    Camera c;
    c.k1 = -0.05;
    c.drift_px = 500;
    c.frames = 2;
    const Found found = find_in(session_of(c, 10));
    ASSERT_TRUE(found.lens);
    EXPECT_LT(found.rms_px, 0.03);
}

}  // namespace
}  // namespace nightstack
