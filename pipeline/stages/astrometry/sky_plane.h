// SPDX-License-Identifier: MIT
// Directions in the sky, and the plane that touches the sky in one of them (the gnomonic projection: Calabretta &
// Greisen 2002, A&A 395, 1077, 5.1.3). The plane is laid out like a picture with north up whose rows are counted
// downwards: x grows towards the west, y towards the south. Inner part of the astrometry room; values, any thread.
//   x = -(east . d) / (touch . d) / s,  y = -(north . d) / (touch . d) / s,  s radians per px
#pragma once

#include "pipeline/core/geometry.h"
#include "pipeline/stages/astrometry/wcs.h"

namespace nightstack {

inline constexpr double kRadiansPerDegree = 0.017453292519943295;

// A unit vector: x towards RA 0, y towards RA 90 degrees, z towards the north pole.
struct Direction {
    double x = 1;
    double y = 0;
    double z = 0;
};
Direction direction_of(const SkyPoint& sky);
SkyPoint sky_of(const Direction& d);  // d needs no unit length
inline double dot(const Direction& a, const Direction& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

class TangentPlane {
public:
    TangentPlane(const Direction& touch, double arcsec_per_px);

    const Direction& touch() const { return touch_; }
    // Of a direction less than 90 degrees from the touching point; asserted.
    Point place(const Direction& d) const;
    Direction direction(Point p) const;  // of unit length

private:
    Direction touch_, east_, north_;
    double px_per_radian_;
};

// Position angle of `to` as seen from `from`: from north over east, 0 to 360.
double position_angle_deg(const SkyPoint& from, const SkyPoint& to);

}  // namespace nightstack
