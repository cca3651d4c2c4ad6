// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/weights.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

const std::vector<FrameQuality>& three_frames() {
    static const std::vector<FrameQuality> frames{
        {{10, 20}, {1, 1}, 3.0, 100}, {{20, 20}, {1, 1}, 4.0, 50}, {{10, 20}, {2, 1}, 3.0, 100}};
    return frames;
}

TEST(Weights, HaveMeanOneAndAreAboveZero) {
    for (const WeightKind kind : {WeightKind::none, WeightKind::noise, WeightKind::wfwhm, WeightKind::nstars}) {
        const auto w = frame_weights(three_frames(), kind);
        for (std::size_t c = 0; c < 2; ++c) {
            EXPECT_NEAR(w[0][c] + w[1][c] + w[2][c], 3, 1e-12) << name(kind);
            for (const auto& frame : w) EXPECT_GT(frame[c], 0);
        }
    }
}

TEST(Weights, NoiseWeighsByInverseVarianceAfterScaling) {
    const auto w = frame_weights(three_frames(), WeightKind::noise);
    EXPECT_NEAR(w[0][0] / w[1][0], 4, 1e-12);
    EXPECT_NEAR(w[0][0] / w[2][0], 4, 1e-12);  // scaling by 2 doubles the noise
    EXPECT_NEAR(w[0][1] / w[1][1], 1, 1e-12);
}

TEST(Weights, StarsCount) {
    EXPECT_NEAR(frame_weights(three_frames(), WeightKind::nstars)[0][0] /
                    frame_weights(three_frames(), WeightKind::nstars)[1][0],
                2, 1e-12);
    const auto w = frame_weights(three_frames(), WeightKind::wfwhm);
    EXPECT_NEAR(w[0][0] / w[1][0], (4.0 * 2 / 3) * (4.0 * 2 / 3), 1e-12);
}

TEST(Weights, UnknownFiguresGetTheSmallestKnownWeight) {
    std::vector<FrameQuality> frames = three_frames();
    frames.push_back({{0, 0}, {1, 1}, 0, 0});
    for (const WeightKind kind : {WeightKind::noise, WeightKind::wfwhm, WeightKind::nstars}) {
        const auto w = frame_weights(frames, kind);
        EXPECT_EQ(w[3][0], std::min({w[0][0], w[1][0], w[2][0]})) << name(kind);
    }
    const std::vector<FrameQuality> blank(3, FrameQuality{{0}, {1}, 0, 0});
    for (const auto& w : frame_weights(blank, WeightKind::noise)) EXPECT_EQ(w[0], 1);
    EXPECT_TRUE(frame_weights({}, WeightKind::noise).empty());
}

TEST(Weights, RefusesMixedColours) {
    std::vector<FrameQuality> frames = three_frames();
    frames[1].noise.pop_back();
    EXPECT_THROW(frame_weights(frames, WeightKind::noise), OptionError);
}

TEST(Weights, NamesReadBack) {
    for (const WeightKind kind : {WeightKind::none, WeightKind::noise, WeightKind::wfwhm, WeightKind::nstars}) {
        EXPECT_EQ(parse_weight_kind(name(kind)), kind);
    }
    EXPECT_FALSE(parse_weight_kind("snr"));
}

}  // namespace
}  // namespace nightstack
