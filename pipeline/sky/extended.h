// SPDX-License-Identifier: MIT
// Galaxies and nebulae: smooth elliptical patches of light with a known total. Moon and planets: lit disks.
#pragma once

#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"
#include "pipeline/sky/bands.h"

namespace nightstack::sky {

// gaussian: nebula, bulge. exponential: the disk of a spiral (Sersic index 1). disk: an even disk with an edge.
enum class Profile { gaussian, exponential, disk };

struct ExtendedObject {
    Profile profile = Profile::gaussian;
    double x = 0;  // centre, scene px
    double y = 0;
    double half_light_px = 50;  // along the major axis: half of the light lies within
    double axis_ratio = 1;      // minor / major, (0, 1]
    double angle_rad = 0;       // of the major axis, x axis towards y axis
    Rgb flux_e;  // total electrons per frame at transparency 1
    // Of a disk: the part of it that is lit, from the end of the major axis on (the Sun is there). In (0, 1].
    double lit = 1;

    void check() const;  // throws OptionError
};

// One object as a frame shows it, ready to be added row by row. The blur of the atmosphere is folded
// in (exact for the Gaussian, a rounded cusp for the exponential, a soft edge for the disk) with the total kept.
class ExtendedImage {
public:
    // `frame_from_scene` is rigid; `blur_sigma_px` the width of the PSF; fluxes times `transparency`.
    ExtendedImage(const ExtendedObject& object, const Transform& frame_from_scene, double blur_sigma_px,
                  double transparency);
    // Adds the electrons of row y to row[0, width).
    void add_row(double* row, int width, int y, const RowBands& bands) const;
    // Electrons per px^2 at a distance from the centre, for a total of 1.
    double density(double dx, double dy) const;

private:
    double shape(double u, double v) const;
    double lit_shape(double u, double v) const;

    Profile profile_;
    Point centre_;
    double major_x_ = 1;  // unit vector of the major axis in the frame
    double major_y_ = 0;
    double major_scale_ = 1;  // 1 / px: ellipse coordinates u = (along * major_scale, across * minor_scale)
    double minor_scale_ = 1;
    double soft2_ = 0;
    double edge_ = 0;        // of a disk: width of its blurred edge, in radii
    double terminator_ = 0;  // of a disk: -1 all lit, 0 half, 1 dark
    double peak_ = 0;
    double reach_px_ = 0;
    Rgb flux_e_;
};

}  // namespace nightstack::sky
