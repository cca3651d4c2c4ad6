// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/time_to_snr.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/core/error.h"
#include "tests/pipeline/stages/progress/made_nights.h"

namespace nightstack {
namespace {

using Reach = TimeToSnr::Reach;

TEST(TimeToSnr, WithoutAFloorFourTimesTheFramesGiveTwiceTheSnr) {
    const NoiseFit fit{.a = 100, .b = 0, .b_error = 0.01, .frames = 25};
    EXPECT_NEAR(snr(fit, 4, 25), 2, 1e-12);
    const TimeToSnr time = time_to_snr(fit, 4, 4, 25, {.exposure_s = 15, .overhead_s = 1, .accepted_share = 0.75});
    EXPECT_EQ(time.reach, Reach::reachable);
    EXPECT_NEAR(time.frames, 100, 1e-9);
    EXPECT_EQ(time.frames_more, 75);
    EXPECT_NEAR(time.seconds, 75 / 0.75 * 16, 1e-9);
    EXPECT_EQ(time.highest_snr, std::numeric_limits<double>::infinity());
}

TEST(TimeToSnr, AFloorTakesMoreFramesAndForbidsWhatIsAboveIt) {
    const NoiseFit fit{.a = 100, .b = 0.5, .b_error = 0.05, .frames = 25};
    const Pace pace{.exposure_s = 10};
    const TimeToSnr time = time_to_snr(fit, 4, 4, 25, pace);  // variance 1 = 100 / 200 + 0.5
    EXPECT_EQ(time.reach, Reach::reachable);
    EXPECT_NEAR(time.frames, 200, 1e-9);
    EXPECT_NEAR(snr(fit, 4, 200), 4, 1e-12);
    EXPECT_NEAR(time.highest_snr, 4 / std::sqrt(0.5), 1e-12);
    EXPECT_EQ(time_to_snr(fit, 4, 6.5, 25, pace).reach, Reach::never);  // wants 0.379, below 0.4
    // 0.45 is within two standard errors of the floor: nobody knows.
    EXPECT_EQ(time_to_snr(fit, 4, 4 / std::sqrt(0.45), 25, pace).reach, Reach::uncertain);
}

TEST(TimeToSnr, AFloorThatIsNotKnownCountsAsNone) {
    const Pace pace{.exposure_s = 10};
    for (const double b : {0.5, -0.5}) {
        const NoiseFit fit{.a = 100, .b = b, .b_error = 0.3, .frames = 25};
        EXPECT_NEAR(time_to_snr(fit, 4, 4, 25, pace).frames, 100, 1e-9);
        EXPECT_NEAR(snr(fit, 4, 100), 4, 1e-12);
    }
}

TEST(TimeToSnr, WhatIsReachedTakesNoTime) {
    const NoiseFit fit{.a = 100, .b = 0, .b_error = 0.1, .frames = 100};
    const TimeToSnr time = time_to_snr(fit, 4, 4, 100, {.exposure_s = 10});
    EXPECT_EQ(time.reach, Reach::reached);
    EXPECT_EQ(time.frames_more, 0);
    EXPECT_EQ(time.seconds, 0);
    EXPECT_EQ(time_to_snr(fit, 4, 4, 99.5, {.exposure_s = 10}).frames_more, 1);
}

TEST(TimeToSnr, TheErrorCoversTheTruth) {
    test::MadeNights made(3);
    double off = 0;
    int counted = 0;
    for (int i = 0; i < 500; ++i) {
        const auto fit = fit_stack_noise(made.night(60, 100, 0.5, test::NoiseError::growing, 0.02));
        ASSERT_TRUE(fit);
        const TimeToSnr time = time_to_snr(*fit, 4, 4, 60, {.exposure_s = 10});  // truth: 200
        if (time.reach != Reach::reachable || fit->b <= 2 * fit->b_error) continue;
        off += std::pow((time.frames - 200) / time.frames_error, 2);
        ++counted;
    }
    EXPECT_GT(counted, 400);
    EXPECT_LT(std::sqrt(off / counted), 1.5);
    EXPECT_GT(std::sqrt(off / counted), 0.4);
}

TEST(TimeToSnr, NoSignalAndOddNumbers) {
    const NoiseFit fit{.a = 100, .b = 0, .b_error = 0.1, .frames = 10};
    EXPECT_EQ(snr(fit, -3, 10), 0);
    EXPECT_THROW(time_to_snr(fit, 0, 4, 1, {.exposure_s = 1}), OptionError);
    EXPECT_THROW(time_to_snr(fit, 4, 0, 1, {.exposure_s = 1}), OptionError);
    EXPECT_THROW(time_to_snr(fit, 4, std::nan(""), 1, {.exposure_s = 1}), OptionError);
    EXPECT_THROW(time_to_snr(fit, 4, 4, 1, {.exposure_s = 0}), OptionError);
    EXPECT_THROW(time_to_snr(fit, 4, 4, 1, {.exposure_s = 1, .overhead_s = -1}), OptionError);
    EXPECT_THROW(time_to_snr(fit, 4, 4, 1, {.exposure_s = 1, .accepted_share = 0}), OptionError);
    EXPECT_THROW(time_to_snr(fit, 4, 4, 1, {.exposure_s = 1, .accepted_share = 1.1}), OptionError);
}

}  // namespace
}  // namespace nightstack
