// SPDX-License-Identifier: MIT
// Each rejection rule by its definition, on pixels small enough to follow by hand.
#include "pipeline/stages/integrate/reject.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "pipeline/core/error.h"
#include "tiles.h"

namespace nightstack {
namespace {

// One pixel seen by many frames.
struct Pixel {
    float value = 0;
    int low = 0, high = 0, coverage = 0;
};

Pixel combined(const std::vector<float>& samples, const RejectOptions& rejection,
               CombineKind combine = CombineKind::mean) {
    Scene scene;
    for (const float v : samples) {
        scene.pixels.emplace_back(1, 1);
        scene.pixels.back().view()(0, 0) = v;
    }
    for (const auto& image : scene.pixels) scene.frames.push_back({image.cview()});
    const Result r = integrated(scene, {combine, rejection});
    EXPECT_TRUE(std::isfinite(r.value.view()(0, 0)) && std::isfinite(r.variance.view()(0, 0)));
    return {r.value.view()(0, 0), r.low.view()(0, 0), r.high.view()(0, 0), r.coverage.view()(0, 0)};
}

TEST(Reject, CustomaryNumbers) {
    for (const RejectKind kind : all_reject_kinds()) {
        const RejectOptions options = default_rejection(kind);
        EXPECT_EQ(options.kind, kind);
        EXPECT_NO_THROW(options.check()) << name(kind);
    }
    EXPECT_EQ(default_rejection(RejectKind::linear).high, 5);
    EXPECT_EQ(default_rejection(RejectKind::gesdt).low, 0.3);
    EXPECT_EQ(default_rejection(RejectKind::gesdt).high, 0.05);
    EXPECT_EQ(default_rejection(RejectKind::percentile).low, 0.2);
    EXPECT_EQ(default_rejection(RejectKind::percentile).high, 0.1);
    EXPECT_EQ(default_rejection(RejectKind::mad).low, 3);
}

TEST(Reject, NumbersThatMakeNoSenseAreNamed) {
    for (const RejectKind kind : all_reject_kinds()) {
        if (kind == RejectKind::none) continue;
        for (const double bad : {0.0, -1.0, 1000.0, static_cast<double>(NAN)}) {
            EXPECT_THROW((RejectOptions{kind, bad, 0.05}.check()), OptionError) << name(kind) << bad;
            EXPECT_THROW((RejectOptions{kind, 0.1, bad}.check()), OptionError) << name(kind) << bad;
        }
    }
    EXPECT_THROW((RejectOptions{RejectKind::percentile, 20, 10}.check()), OptionError);
    EXPECT_THROW((RejectOptions{RejectKind::gesdt, 3, 3}.check()), OptionError);
    try {
        RejectOptions{RejectKind::gesdt, 0.3, 5}.check();
        FAIL();
    } catch (const OptionError& e) {
        EXPECT_STREQ(e.what(), "rejection gesdt: significance is 5, must be above 0 and at most 0.5");
    }
}

TEST(Reject, ThreeSamplesAreNeverClippedWhateverTheRule) {
    for (const RejectKind kind : all_reject_kinds()) {
        for (const int n : {1, 2, 3}) {
            std::vector<float> samples(static_cast<std::size_t>(n), 1000.0F);
            samples[0] = 60000;
            const Pixel p = combined(samples, default_rejection(kind));
            EXPECT_EQ(p.low + p.high, 0) << name(kind) << n;
        }
    }
}

TEST(Reject, EqualSamplesStayWhateverTheRule) {
    for (const RejectKind kind : all_reject_kinds()) {
        for (const float level : {-5.0F, 0.0F, 1000.0F}) {
            const Pixel p = combined(std::vector<float>(9, level), default_rejection(kind));
            EXPECT_EQ(p.value, level) << name(kind);
            EXPECT_EQ(p.low + p.high, 0) << name(kind);
        }
    }
}

TEST(Reject, MissingAndHugeSamplesGiveNoNan) {
    constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
    for (const RejectKind kind : all_reject_kinds()) {
        const RejectOptions options = default_rejection(kind);
        EXPECT_EQ(combined({kNone, kNone, kNone, kNone, kNone}, options).coverage, 0);
        EXPECT_EQ(combined({kNone, 7, kNone, kNone, kNone}, options).value, 7) << name(kind);
        const Pixel p = combined({10, kNone, 11, 12, kNone, 9, 10, 1e15F, 11, kNone, 10, 9, -1e15F, 12}, options);
        EXPECT_EQ(p.coverage, 11) << name(kind);
    }
}

TEST(Reject, MadCutsAtKappaTimesTheScaledMedianDistance) {
    // Median 11, distances 0 1 1 2 2 3 7: median 2, times 1.4826 = 2.9652; 7 is 2.361 of it.
    const std::vector<float> samples{8, 9, 10, 11, 12, 13, 18};
    EXPECT_EQ(combined(samples, {RejectKind::mad, 3, 2.36}).high, 1);
    EXPECT_EQ(combined(samples, {RejectKind::mad, 3, 2.37}).high, 0);
}

TEST(Reject, MedianReplacesWhatItRejects) {
    std::vector<float> samples{10, 11, 12, 13, 14, 10, 11, 12, 13, 14, 12, 12, 12, 12, 500};
    const Pixel p = combined(samples, default_rejection(RejectKind::median));
    EXPECT_EQ(p.high, 1);
    EXPECT_EQ(p.coverage, 15);
    EXPECT_FLOAT_EQ(p.value, 12);
    samples = {8, 9, 9, 10, 10, 10, 10, 10, 10, 11, 11, 12, 13, 13, 500};
    const float want = (146 + 10) / 15.0F;  // 500 counts as 10; leaving it out would give 146 / 14
    EXPECT_FLOAT_EQ(combined(samples, default_rejection(RejectKind::median)).value, want);
    EXPECT_FLOAT_EQ(combined(samples, default_rejection(RejectKind::median), CombineKind::median).value, 10);
}

TEST(Reject, LinearKeepsASlopeAndCutsFromTheEnds) {
    std::vector<float> ramp;
    for (int i = 0; i < 40; ++i) ramp.push_back(100.0F + 10 * static_cast<float>(i) + (i % 2 != 0 ? 2.0F : -2.0F));
    EXPECT_EQ(combined(ramp, {RejectKind::linear, 3, 3}).high, 0) << "a ramp is a straight line over the rank";
    for (const float far : {2000.0F, 2000.0F, 2100.0F}) {
        ramp.push_back(far);
        const Pixel p = combined(ramp, default_rejection(RejectKind::linear));
        EXPECT_EQ(p.high, static_cast<int>(ramp.size()) - 40);
        EXPECT_EQ(p.low, 0) << "below the line, but not at its lower end";
    }
}

TEST(Reject, PercentileOnceAroundTheMedian) {
    const std::vector<float> samples{79, 81, 100, 100, 100, 109, 111};
    const Pixel p = combined(samples, default_rejection(RejectKind::percentile));
    EXPECT_EQ(p.low, 1);
    EXPECT_EQ(p.high, 1);
    EXPECT_EQ(combined({-79, -81, -100, -100, 500}, default_rejection(RejectKind::percentile)).high, 0)
        << "a share of a median below 0 means nothing";
}

TEST(Reject, EsdKeepsOrDropsEqualSamplesTogether) {
    std::vector<float> samples;
    for (int i = 0; i < 20; ++i) samples.push_back(100.0F + static_cast<float>(i % 5));
    samples.insert(samples.end(), {400, 400, 400});
    EXPECT_EQ(combined(samples, default_rejection(RejectKind::gesdt)).high, 3);
    // Two suspects at most: the third of equal value stays, so all three do.
    EXPECT_EQ(combined(samples, {RejectKind::gesdt, 0.1, 0.05}).high, 0);
}

}  // namespace
}  // namespace nightstack
