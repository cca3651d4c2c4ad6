// SPDX-License-Identifier: MIT
// What goes wrong during a night, frame by frame. Plain values.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/core/geometry.h"

namespace nightstack::sky {

// A satellite: a line of light from one point to another (frame px; ends may lie outside).
struct Trail {
    int frame = 0;
    Point from;
    Point to;
    double peak_e = 400;  // electrons per pixel on the line
    double width_px = 3;  // FWHM across
};

// Thin cloud over the whole frame.
struct Cloud {
    int frame = 0;
    double transparency = 0.4;  // the stars are multiplied by this
    double sky_factor = 1.6;    // the sky by this
};

// Wind or a footstep: every star becomes a line.
struct Shake {
    int frame = 0;
    double length_px = 8;
    double angle_rad = 0;  // x axis towards y axis
};

enum class DefectKind {
    zero,       // every value is 0
    capped,     // no light came in: looks like a dark
    saturated,  // every pixel at the white level
    half_read,  // the lower half of the rows is 0
};

struct Defect {
    int frame = 0;
    DefectKind kind = DefectKind::zero;
};

struct Anomalies {
    std::vector<Trail> trails;
    std::vector<Cloud> clouds;
    std::vector<Shake> shakes;
    std::vector<Defect> defects;
    void check() const;  // throws OptionError
};

// The part that concerns one frame; of several clouds, shakes or defects the first counts.
struct FrameAnomalies {
    std::vector<Trail> trails;
    std::optional<Cloud> cloud;
    std::optional<Shake> shake;
    std::optional<DefectKind> defect;
};

FrameAnomalies anomalies_of(const Anomalies& all, int frame);

// A trail as light, row by row.
class TrailImage {
public:
    explicit TrailImage(const Trail& trail);
    // Adds electrons to row[0, width); a trail is white.
    void add_row(double* row, int width, int y) const;

private:
    Point from_;
    double along_x_ = 1;  // unit vector
    double along_y_ = 0;
    double length_px_ = 0;
    double sigma_px_ = 1;
    double peak_e_ = 0;
};

}  // namespace nightstack::sky
