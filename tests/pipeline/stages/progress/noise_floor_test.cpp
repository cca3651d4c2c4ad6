// SPDX-License-Identifier: MIT
// How often "dither" is said when it should not be, and when it should.
#include "pipeline/stages/progress/noise_floor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>

#include "tests/pipeline/stages/progress/made_nights.h"

namespace nightstack {
namespace {

using test::MadeNights;
using test::NoiseError;

constexpr int kNights = 300;

// Share of nights.
double reached(int frames, double floor, NoiseError kind, double error) {
    MadeNights made(11);
    int said = 0;
    for (int i = 0; i < kNights; ++i)
        said += noise_floor(fit_stack_noise(made.night(frames, 100, floor, kind, error))) == NoiseFloor::reached;
    return static_cast<double>(said) / kNights;
}

struct Case {
    NoiseError kind;
    double error;
};
constexpr Case kCases[] = {{NoiseError::independent, 0.02}, {NoiseError::independent, 0.1}, {NoiseError::growing, 0.02},
                           {NoiseError::growing, 0.1},      {NoiseError::frames, 0.1},      {NoiseError::wild, 0.05}};

TEST(NoiseFloor, IsNotSaidOnNightsWithoutOne) {
    for (const auto& [kind, error] : kCases) {
        for (const int frames : {16, 64, 300}) {
            const double share = reached(frames, 0, kind, error);
            EXPECT_LE(share, 0.01) << static_cast<int>(kind) << " " << error << " " << frames;
        }
    }
}

// A live stack asks after each frame.
TEST(NoiseFloor, IsNotSaidAtAnyTimeOfSuchANight) {
    for (const auto& [kind, error] : kCases) {
        MadeNights made(12);
        int said = 0;
        for (int i = 0; i < 60; ++i) {
            const auto night = made.night(64, 100, 0, kind, error);
            bool once = false;
            for (std::size_t n = 4; n <= night.size() && !once; ++n)
                once = noise_floor(fit_stack_noise(std::span(night).first(n))) == NoiseFloor::reached;
            said += once ? 1 : 0;
        }
        EXPECT_EQ(said, 0) << static_cast<int>(kind) << " " << error;
    }
}

// b = a / n was true at half of the frames.
TEST(NoiseFloor, IsSaidAtTwiceTheFramesOfEqualParts) {
    for (const auto& [kind, error] : kCases) {
        for (const int frames : {16, 64, 300}) {
            const double share = reached(frames, 100.0 / (frames / 2), kind, error);
            EXPECT_GE(share, 0.9) << static_cast<int>(kind) << " " << error << " " << frames;
        }
    }
}

TEST(NoiseFloor, StepByStep) {
    MadeNights made(5);
    const auto night = made.night(400, 100, 1, NoiseError::growing, 0.01);
    const auto after = [&](std::size_t n) { return noise_floor(fit_stack_noise(std::span(night).first(n))); };
    EXPECT_EQ(after(2), NoiseFloor::unknown);
    EXPECT_EQ(after(8), NoiseFloor::none);
    EXPECT_EQ(after(60), NoiseFloor::seen);
    EXPECT_EQ(after(200), NoiseFloor::reached);
    EXPECT_EQ(noise_floor(std::nullopt), NoiseFloor::unknown);
}

TEST(NoiseFloor, ByItsThresholds) {
    NoiseFit fit{.a = 100, .b = 2, .b_error = 0.5, .frames = 60};
    EXPECT_EQ(noise_floor(fit), NoiseFloor::reached);
    fit.frames = 45;  // a / n = 2.2
    EXPECT_EQ(noise_floor(fit), NoiseFloor::seen);
    fit.b_error = 0.7;
    EXPECT_EQ(noise_floor(fit), NoiseFloor::none);
    EXPECT_EQ(noise_floor(NoiseFit{.a = 1, .b = 2, .b_error = 0.1, .frames = 7}), NoiseFloor::seen);
}

}  // namespace
}  // namespace nightstack
