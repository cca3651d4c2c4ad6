// SPDX-License-Identifier: MIT
// When a lens that the stars show is taken, and when not: star lists in place of pictures.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "pipeline/graph/register_lights.h"

namespace nightstack {
namespace {

constexpr int kWidth = 1920;
constexpr int kHeight = 1080;

const RadialDistortion kLens = RadialDistortion::about_middle(kWidth, kHeight, -0.06);

bool in_frame(Point p) { return p.x >= 0 && p.y >= 0 && p.x < kWidth && p.y < kHeight; }

Star star_at(Point p, double flux) {
    return {.x = p.x, .y = p.y, .flux = flux, .peak = flux / 10, .fwhm_px = 3, .roundness = 0.95, .snr = 30};
}

// Frames of a field that drifts and turns, through the lens.
std::vector<StarList> bent_frames(int count) {
    std::mt19937 rng(5);
    std::uniform_real_distribution<double> x(-600, kWidth + 600), y(-600, kHeight + 600), error(-0.05, 0.05);
    std::vector<Point> sky;
    for (int i = 0; i < 900; ++i) sky.push_back({x(rng), y(rng)});
    std::vector<StarList> frames;
    for (int f = 0; f < count; ++f) {
        const double t = f / (count - 1.0);
        const Transform pose = Transform::similarity(1, 0.2 * t, 250 * t, -150 * t);
        StarList list;
        for (std::size_t i = 0; i < sky.size(); ++i) {
            const Point p = kLens.frame_from_ideal(pose(sky[i]));
            const double flux = 1e5 / (1 + static_cast<double>(i));
            if (in_frame(p)) list.push_back(star_at({p.x + error(rng), p.y + error(rng)}, flux));
        }
        frames.push_back(std::move(list));
    }
    return frames;
}

// A frame that no lens bent: sixteen stars of the reference as they are there, far from there.
StarList straight_frame(const StarList& reference) {
    StarList list;
    for (const Star& s : reference) {
        const Point p{s.x - 700, s.y + 60};
        const auto far = [&](const Star& other) { return std::hypot(other.x - p.x, other.y - p.y) > 150; };
        if (list.size() < 16 && in_frame(p) && std::all_of(list.begin(), list.end(), far))
            list.push_back(star_at(p, s.flux));
    }
    return list;
}

RegisteredNight registered(const std::vector<StarList>& frames, bool find_distortion) {
    std::vector<Light> lights(frames.size());
    std::vector<LightMeasurement> measured(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
        lights[i].name = "light" + std::to_string(i);
        lights[i].format = {kWidth, kHeight, PixelKind::mono, std::nullopt};
        measured[i].stars = frames[i];
        measured[i].report.fwhm_px = 3;
        measured[i].report.roundness = 0.95;
        measured[i].report.above_threshold = 300;
        measured[i].report.background = 100;
    }
    RegisterLightsOptions options;
    options.reference = 0;
    options.find_distortion = find_distortion;
    SerialRunner runner;
    return register_lights(lights, measured, options, runner, [] { return [] {}; }, {});
}

StarList on_ideal_plane(const StarList& list) {
    StarList straight;
    for (const Star& s : list) straight.push_back(star_at(kLens.ideal_from_frame({s.x, s.y}), s.flux));
    return straight;
}

TEST(LensChoice, ALensThatTheStarsShowIsTaken) {
    const RegisteredNight night = registered(bent_frames(6), true);
    ASSERT_TRUE(night.lens);
    EXPECT_NEAR(night.lens->k1, kLens.k1, 0.003);
}

TEST(LensChoice, ALensThatWouldCostALightIsNotTaken) {
    std::vector<StarList> frames = bent_frames(6);
    frames.push_back(straight_frame(frames[0]));
    const std::size_t last = frames.size() - 1;
    ASSERT_EQ(frames[last].size(), 16U);
    ASSERT_TRUE(register_frame(frames[0], frames[last]).ok());
    ASSERT_FALSE(register_frame(on_ideal_plane(frames[0]), on_ideal_plane(frames[last])).ok());
    const RegisteredNight night = registered(frames, true);
    EXPECT_FALSE(night.lens);
    const RegisteredNight plain = registered(frames, false);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        ASSERT_TRUE(night.lights[i].ref_from_frame) << i << night.lights[i].judgement.text;
        EXPECT_EQ(night.lights[i].ref_from_frame, plain.lights[i].ref_from_frame) << i;
    }
}

}  // namespace
}  // namespace nightstack
