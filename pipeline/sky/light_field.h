// SPDX-License-Identifier: MIT
// The light that falls on the sensor in one frame, before the sensor does anything to it. Prepared
// once for a frame, then asked row by row.
#pragma once

#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/sky/anomalies.h"
#include "pipeline/sky/bands.h"
#include "pipeline/sky/extended.h"
#include "pipeline/sky/frame_truth.h"
#include "pipeline/sky/optics.h"

namespace nightstack::sky {

struct LightParts {
    bool stars = true;
    bool extended = true;
    bool sky = true;
    bool trails = true;
};

// Immutable after construction: rows may be asked by any thread.
class LightField {
public:
    // Of a frame of this size; `beta` as in OpticsOptions.
    LightField(int width, int height, double beta, const Scene& scene, const FrameTruth& truth,
               const LightParts& parts);
    // Adds the electrons of row y to row[0, width).
    void add_row(double* row, int y, const RowBands& bands) const;

private:
    // A star, or one of the points that make up a star drawn out by a shaken frame.
    struct Spot {
        Point centre;
        double reach_px = 0;
        Rgb flux_e;  // scaled up for the light cut off beyond the reach
    };
    void place_stars(const Scene& scene, const FrameTruth& truth);
    void add_spots(Point centre, const Rgb& flux_e, const std::vector<Point>& offsets);
    void sort_into_rows();
    void add_sky(double* row, int y, const RowBands& bands) const;
    void add_spot(double* row, int y, const RowBands& bands, const Spot& spot) const;

    int width_;
    int height_;
    Moffat psf_;
    Rgb sky_e_;
    double gradient_x_ = 0;
    double gradient_y_ = 0;
    std::vector<Spot> spots_;
    std::vector<int> first_in_row_;  // row y has spot_of_row_[first_in_row_[y] ... first_in_row_[y + 1])
    std::vector<int> spot_of_row_;
    std::vector<ExtendedImage> extended_;
    std::vector<TrailImage> trails_;
};

}  // namespace nightstack::sky
