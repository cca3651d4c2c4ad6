// SPDX-License-Identifier: MIT
// Hot and cold pixels: found in a master dark and repaired in lights, or caught in the light itself.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/stages/calibrate/defect_map.h"

namespace nightstack {

// Pixels to each side on which a repaired or filtered pixel depends: a tile read with this much
// context (or ending at the sensor's edge) gives the pixels of the whole frame, bit for bit.
inline constexpr int kCosmeticBorder = 2;

struct DefectOptions {
    // A pixel is hot when it stands more than this many local deviations above its surroundings. A
    // dark removes the mean of a warm pixel but not its shot noise; below 5 deviations that excess
    // noise is lost in the rest, and chance alone marks only 2 pixels of 8 million.
    double hot_kappa = 5;
    double cold_kappa = 5;
    // No more than this share is marked, the most striking first. An honest sensor has far fewer;
    // when this bites the dark is not what it seems, and inventing more pixels would harm more.
    double most_share = 0.01;
    // Surroundings are measured in cells of this size, small enough to follow amplifier glow.
    int cell_px = 32;

    void check() const;  // throws OptionError
};

struct DefectReport {
    std::int64_t hot = 0;
    std::int64_t cold = 0;
    std::int64_t left_out = 0;  // candidates above most_share
    double sigma = 0;           // median over the cells of the local deviation, ADU
};

struct Defects {
    DefectMap map;
    DefectReport report;
};

// From a master dark (or bias) of the whole sensor. Robust: the level is the cell's median, followed
// smoothly from cell to cell, the deviation that of the cell's pixels about it; a candidate must
// then also stand out against the median of the 24 pixels around it, so that a steep glow is not
// called hot. Pixels that are not finite are defects. The same for every runner.
Defects find_defects(ImageView<const float> dark, const DefectOptions& options, Runner& runner);

// Replaces the defects of `map` in `region`, which is the part `where` of the sensor, by the middle
// (of an even number the mean of the two middle ones) of their nearest neighbours of the same colour
// that are neither defects nor without a value: up to four, eight where fewer than three of the four will do.
// `sensor_pattern` is that of the sensor's pixel (0, 0), unset for mono. A defect without any such
// neighbour is left alone. Returns how many were replaced. Throws OptionError when `where` does not
// fit region and map.
int repair(ImageView<float> region, const Rect& where, const DefectMap& map, std::optional<CfaPattern> sensor_pattern);

// The same for pixels that are not finite. `sensor` is the whole, beginning at (0, 0).
int repair_missing(ImageView<float> region, const Rect& where, const Rect& sensor,
                   std::optional<CfaPattern> sensor_pattern);

// Robust noise of a mosaic or mono frame in ADU, from differences of pixels two apart in a row (the
// same colour): sky, stars and gradients hardly count. Of a sample of at most some 100,000 pixels.
float mosaic_noise(ImageView<const float> frame);

struct ImpulseOptions {
    float sigma = 0;  // noise of the sky in ADU, one value for all tiles of a frame: see mosaic_noise
    double kappa = 6;
    // What the four pixels that touch (three of them: the brightest is left out, it may be hot
    // itself) must rise above their surroundings, together, as a share of the pixel's own rise, for
    // it to be a star; less what noise may have taken from it, two deviations. A white star of FWHM
    // 2 px reaches 1.4, so that colours may differ more than fourfold; a hot pixel stays near 0.
    // In effect hot pixels are taken from some 10 times the noise on, and surely from 20 on.
    double least_support = 0.3;

    void check() const;  // throws OptionError
};

struct ImpulseReport {
    int hot = 0;
    int cold = 0;
};

struct ImpulseScratch {
    struct Replacement {
        float* pixel = nullptr;
        float value = 0;
    };
    std::vector<int> columns;
    std::vector<Replacement> replacements;
};

// For lights without a dark: replaces single pixels above (below) all eight neighbours of their
// colour two pixels away by more than kappa times the noise, the larger of `sigma` and of that
// seen around the pixel, unless the pixels that touch rise (sink) with it. The new value is the
// middle of the eight. For CFA and mono alike; pixels of `region` nearer than kCosmeticBorder to an edge of
// `where` that is not an edge of `sensor` are left alone, so are regions below 4x4.
// Serial; `scratch` is per thread. Throws OptionError when the sizes do not fit.
ImpulseReport impulse_filter(ImageView<float> region, const Rect& where, const Rect& sensor,
                             const ImpulseOptions& options, ImpulseScratch& scratch);

}  // namespace nightstack
