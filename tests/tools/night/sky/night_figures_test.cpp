// SPDX-License-Identifier: MIT
// Nights of known noise, drift, rotation and weather, told frame by frame.
#include "tools/night/sky/night_figures.h"

#include <gmock/gmock.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include "cpu_time.h"

namespace nightstack::tools {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 1920, kHeight = 1080;
const Pace kPace{15, 1.2, 0.9};

struct MadeNight {
    double a = 400, b = 0;            // ADU^2
    double drift_x = 0, drift_y = 0;  // px per hour
    double turn = 0;                  // degrees per hour
    double transparency_per_hour = 0;
    double fwhm_from = 3, fwhm_to = 3;
    double signal = 50;
};

NightTime at(double seconds) {
    return NightTime(std::chrono::duration_cast<NightTime::duration>(std::chrono::duration<double>(1.8e9 + seconds)));
}

// As a frame lies that shows the reference's middle moved by (dx, dy) and turned.
Transform ref_from_frame(double dx, double dy, double turn_deg) {
    const Point middle{0.5 * (kWidth - 1), 0.5 * (kHeight - 1)};
    const double turn = turn_deg * std::numbers::pi / 180;
    const Transform frame_from_ref = Transform::shift(middle.x + dx, middle.y + dy) *
                                     Transform::similarity(1, turn, 0, 0) * Transform::shift(-middle.x, -middle.y);
    return frame_from_ref.inverse();
}

NightFrame frame_of(const MadeNight& night, std::mt19937& rng, int i, int count) {
    std::normal_distribution<double> noise(0, 1);
    const double hours = i * 16.2 / 3600;
    NightFrame f;
    f.seq = static_cast<std::uint64_t>(i) + 1;
    f.verdict = "stacked";
    f.exposed = at(hours * 3600);
    f.exposure_s = 15;
    f.transparency = 1 + night.transparency_per_hour * hours + 0.01 * noise(rng);
    f.fwhm_px = night.fwhm_from + (night.fwhm_to - night.fwhm_from) * i / count + 0.1 * noise(rng);
    f.ref_from_frame = ref_from_frame(night.drift_x * hours + 0.2 * noise(rng),
                                      night.drift_y * hours + 0.2 * noise(rng), night.turn * hours);
    return f;
}

NightFigures told(const MadeNight& night, int count) {
    std::mt19937 rng(3);
    std::normal_distribution<double> noise(0, 0.01);
    NightFigures figures(kWidth, kHeight);
    for (int i = 0; i < count; ++i) {
        figures.add_frame(frame_of(night, rng, i, count));
        const double n = i + 1;
        figures.add_stack(n, std::sqrt(night.a / n + night.b) * (1 + noise(rng)), night.signal);
    }
    return figures;
}

TEST(NightFigures, NoiseWithoutAFloor) {
    const NightProgress p = told({}, 120).progress(kPace, 40);
    ASSERT_TRUE(p.fit);
    EXPECT_NEAR(p.fit->a, 400, 12);
    EXPECT_LT(std::abs(p.fit->b), 4 * p.fit->b_error);
    EXPECT_FALSE(p.floor_reached);
    EXPECT_EQ(p.advice, "");
    ASSERT_TRUE(p.snr);
    EXPECT_NEAR(*p.snr, 50 / std::sqrt(400 / 120.0), 1.0);
    // 50 / 40 squared is a variance of 1.5625: 256 frames, 136 more; 151.1 taken, 16.2 s each.
    ASSERT_TRUE(p.wanted);
    EXPECT_EQ(p.wanted->reach, TimeToSnr::Reach::reachable);
    EXPECT_NEAR(p.wanted->frames, 256, 15);
    EXPECT_NEAR(p.wanted->seconds, 136 / 0.9 * 16.2, 16 / 0.9 * 16.2);
    EXPECT_EQ(p.noise.size(), 120u);
}

TEST(NightFigures, AFloorAsksForDithering) {
    MadeNight night;
    night.b = 16;
    const NightProgress p = told(night, 150).progress(kPace, 20);
    ASSERT_TRUE(p.fit);
    EXPECT_NEAR(p.fit->a, 400, 30);
    EXPECT_NEAR(p.fit->b, 16, 1);
    EXPECT_TRUE(p.floor_reached);
    EXPECT_THAT(p.advice, HasSubstr("dither"));
    EXPECT_THAT(p.advice, HasSubstr("4"));  // ADU that repeat
    ASSERT_TRUE(p.wanted);
    EXPECT_EQ(p.wanted->reach, TimeToSnr::Reach::never);
    EXPECT_NEAR(p.wanted->highest_snr, 50 / 4.0, 0.4);
}

TEST(NightFigures, DriftAndRotation) {
    MadeNight night;
    night.drift_x = 30;
    night.drift_y = -40;
    night.turn = 9;
    const NightProgress p = told(night, 200).progress(kPace, {});
    ASSERT_TRUE(p.drift_px_per_hour && p.rotation_deg_per_hour);
    EXPECT_NEAR(*p.drift_px_per_hour, 50, 1);
    EXPECT_NEAR(*p.rotation_deg_per_hour, 9, 0.05);
    EXPECT_EQ(p.advice, "") << "a tenth of the field takes more than two hours";
    night.drift_x = 300;
    EXPECT_THAT(told(night, 200).progress(kPace, {}).advice, HasSubstr("drifts by 30"));
}

TEST(NightFigures, TransparencyAndFocus) {
    MadeNight night;
    night.transparency_per_hour = -0.4;
    NightProgress p = told(night, 250).progress(kPace, {});  // 1.1 hours
    ASSERT_TRUE(p.transparency_per_hour && p.fwhm_px);
    EXPECT_NEAR(*p.transparency_per_hour, -0.4, 0.02);
    EXPECT_THAT(p.advice, HasSubstr("sky is closing: 55 %"));
    EXPECT_NEAR(*p.fwhm_px, 3, 0.1);
    night.transparency_per_hour = 0;
    night.fwhm_to = 5;
    p = told(night, 250).progress(kPace, {});
    EXPECT_NEAR(*p.fwhm_px, 4.94, 0.1);
    EXPECT_THAT(p.advice, HasSubstr("focus"));
}

// Of each ten frames two are stacked, three rejected, five failed: their figures would be the majority.
TEST(NightFigures, RejectedFramesTellOfTheSkyAlone) {
    std::mt19937 rng(4);
    NightFigures figures(kWidth, kHeight);
    for (int i = 0; i < 200; ++i) {
        NightFrame f = frame_of({}, rng, i, 200);
        if (i % 5 != 0) {
            f.verdict = i % 10 == 1 || i % 10 == 4 || i % 10 == 7 ? "rejected" : "failed";
            f.fwhm_px = 9;
            f.ref_from_frame = Transform::shift(2.0 * i, 0);
        }
        if (f.verdict == "failed") f.transparency = 1 + 0.01 * i;
        figures.add_frame(f);
    }
    const NightProgress p = figures.progress(kPace, {});
    EXPECT_NEAR(*p.fwhm_px, 3, 0.1);
    EXPECT_LT(std::abs(*p.transparency_per_hour), 0.1);
    EXPECT_LT(*p.drift_px_per_hour, 5);
}

TEST(NightFigures, LateFramesAreSorted) {
    MadeNight night;
    night.drift_x = 60;
    std::mt19937 rng(4);
    std::vector<NightFrame> frames;
    for (int i = 0; i < 60; ++i) frames.push_back(frame_of(night, rng, i, 60));
    std::shuffle(frames.begin(), frames.end(), rng);
    NightFigures figures(kWidth, kHeight);
    for (const NightFrame& f : frames) figures.add_frame(f);
    EXPECT_NEAR(*figures.progress(kPace, {}).drift_px_per_hour, 60, 4);
}

TEST(NightFigures, LittleIsKnownAtTheBeginning) {
    NightFigures figures(kWidth, kHeight);
    NightProgress p = figures.progress({}, 10);
    EXPECT_FALSE(p.fit || p.snr || p.wanted || p.fwhm_px || p.drift_px_per_hour || p.transparency_per_hour);
    figures.add_stack(1, 20, 60);
    p = figures.progress({}, 10);
    EXPECT_FALSE(p.fit);
    EXPECT_NEAR(*p.snr, 3, 1e-9);
    figures.add_stack(2, 15, 0);
    EXPECT_FALSE(figures.progress(kPace, 10).snr) << "nothing stands out";
    figures = told({}, 50);
    figures.restart(kWidth, kHeight);
    p = figures.progress(kPace, 10);
    EXPECT_TRUE(p.noise.empty());
    EXPECT_FALSE(p.fwhm_px);
}

TEST(NightFigures, OddValuesAreLeftOut) {
    NightFigures figures = told({}, 60);
    const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double odd : {nan, inf, -inf, -1.0, 0.0, 1e300}) {
        figures.add_stack(odd, 1, 1);
        figures.add_stack(odd > 1e299 ? nan : 60, odd, 50);
        NightFrame f;
        f.verdict = "stacked";
        f.exposed = at(500);
        f.fwhm_px = f.transparency = odd;
        f.ref_from_frame = Transform({odd, 0, odd, 0, odd, 0, 0, 0, 1});
        figures.add_frame(f);
        f.ref_from_frame = Transform({0, 0, 0, 0, 0, 0, 0, 0, 0});
        figures.add_frame(f);
        EXPECT_NO_THROW(figures.progress({odd, odd, odd}, odd));
    }
    const NightProgress p = figures.progress(kPace, 10);
    EXPECT_NEAR(*p.fwhm_px, 3, 0.1);
    EXPECT_LT(*p.drift_px_per_hour, 5);
}

TEST(NightFigures, ALongNightStaysQuick) {
    const NightFigures figures = told({}, 9000);
    const testing_night::CpuTime time;
    const NightProgress p = figures.progress(kPace, 60);
    std::printf("9000 frames: %.1f ms\n", time.ms());
    EXPECT_LE(p.noise.size(), kMostNoiseShown);
    EXPECT_GT(p.noise.size(), kMostNoiseShown / 2);
    EXPECT_EQ(p.noise.front().frames, 1);
    EXPECT_EQ(p.noise.back().frames, 9000);
    EXPECT_NEAR(p.fit->a, 400, 12);
    EXPECT_LT(time.ms(), 400);
}

}  // namespace
}  // namespace nightstack::tools
