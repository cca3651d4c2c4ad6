// SPDX-License-Identifier: MIT
// The usual auto-stretch: from ADU to something an eye can judge. First the colours are balanced so
// that the sky is grey (a sensor with two green pixels in four makes it green), then one curve for
// all colours: black at median - 2.8 sigma of the sky, and the midtones transfer function
//   mtf(m, x) = (m - 1) x / ((2 m - 1) x - m)
// with m chosen so that the sky lands at 0.25 (the PixInsight/Siril screen transfer function).
// Pixels nobody covers are black.
//
// Balance: where every sky level is clearly above zero, factors that bring them to their mean (light
// passes filters by factors); otherwise, or where a factor would leave [1/4, 4], sums. White is the
// level at which the first colour saturates, so that burnt-out stars are white.
//
// Thread rule: free functions without state; rows are asked for from several threads at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"

namespace nightstack {

struct StretchOptions {
    double shadows_sigma = 2.8;         // black lies this many sigma below the sky
    double target_background = 0.25;    // brightness of the sky on the screen
    std::optional<double> white_level;  // ADU at which the sensor saturates; absent: the largest sample
    int max_samples = 400000;           // per plane
    void check() const;                 // throws OptionError
};

// How a picture gives its rows: fills `values` (and `coverage`) with row y of a plane.
struct PictureRows {
    int width = 0;
    int height = 0;
    int planes = 0;
    std::function<void(int plane, int y, std::span<float> values)> values;
    std::function<void(int plane, int y, std::span<std::uint16_t> coverage)> coverage;  // may be empty
};

PictureRows rows_of(std::span<const ImageView<const float>> planes,
                    std::span<const ImageView<const std::uint16_t>> coverage = {});

// screen = mtf(midtones, (x * gain + offset - black) / (white - black)), cut to [0, 1].
struct ChannelStretch {
    double gain = 1;
    double offset = 0;
    double black = 0;
    double white = 1;
    double midtones = 0.5;
    double operator()(double x) const;  // in [0, 1]
};

// One entry per plane. Looks at an even grid of at most max_samples pixels of each plane; planes in parallel, the same
// for every runner.
std::vector<ChannelStretch> auto_stretch(const PictureRows& picture, const StretchOptions& options, Runner& runner);

// `coverage` may be empty. All spans of one length.
void stretch_row(std::span<std::uint8_t> out, std::span<const float> values, std::span<const std::uint16_t> coverage,
                 const ChannelStretch& stretch);
void stretch_row(std::span<std::uint16_t> out, std::span<const float> values, std::span<const std::uint16_t> coverage,
                 const ChannelStretch& stretch);

}  // namespace nightstack
