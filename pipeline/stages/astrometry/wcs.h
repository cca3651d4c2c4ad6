// SPDX-License-Identifier: MIT
// Where on the sky the pixels of a picture lie: the tangent plane with SIP distortion, as FITS headers
// write it (Calabretta & Greisen 2002, A&A 395, 1077; Shupe et al. 2005, ASP 347, 491). A value; pure functions of it,
// any thread.
#pragma once

#include <array>
#include <optional>

#include "pipeline/core/geometry.h"

namespace nightstack {

struct SkyPoint {
    double ra_deg = 0;  // ICRS, 0 <= ra < 360
    double dec_deg = 0;
};

inline constexpr int kMaxSipOrder = 5;

// Sum over p + q <= order of coefficient[p][q] u^p v^q; order 0 = none.
struct SipPolynomial {
    int order = 0;
    std::array<std::array<double, kMaxSipOrder + 1>, kMaxSipOrder + 1> coefficient{};
    double operator()(double u, double v) const;
};

struct Wcs {
    SkyPoint reference;                    // CRVAL
    Point reference_pixel;                 // CRPIX - 1: centres at integers from 0, row 0 the first of the array
    std::array<double, 4> cd{1, 0, 0, 1};  // degrees per pixel: CD1_1 CD1_2 CD2_1 CD2_2
    SipPolynomial a, b;                    // added to the pixel before CD
    SipPolynomial ap, bp;                  // the way back; only for those who read the header

    SkyPoint sky_from_pixel(Point pixel) const;
    // Nothing for points on the other side of the sky, or where the distortion cannot be turned round.
    std::optional<Point> pixel_from_sky(const SkyPoint& sky) const;
    double arcsec_per_px() const;  // sqrt(|det CD|)
    // Position angle of the picture's upward direction (towards row 0), from north over east, -180 to 180.
    double rotation_deg() const;
    // Every number finite, the scale between 1e-3 and 3600 arcsec per pixel, the axes not folded together.
    bool is_sound() const;
};

// The same sky on another grid, whose pixel is scale * pixel + shift.
Wcs rescaled(const Wcs& wcs, double scale, Point shift);
// Of a picture of `height` rows when its rows are counted from the other end.
Wcs turned_over(const Wcs& wcs, int height);

double separation_deg(const SkyPoint& a, const SkyPoint& b);

}  // namespace nightstack
