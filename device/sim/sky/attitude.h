// SPDX-License-Identifier: MIT
// Which way a camera looks: three unit vectors in the sky's frame (J2000), and what that makes of places and pixels.
// The camera stands on an alt-az mount, its rows level: the frame's up is the sky's up, so that the field turns.
// Pure functions; directions above the ground are those of device/targets/horizon.h, to which the twin's brain points.
#pragma once

#include "device/model/target.h"
#include "device/sim/twin/exposed.h"
#include "pipeline/core/transform.h"

namespace nightstack::device::sim {

struct Vec3 {
    double x = 0, y = 0, z = 0;
};
inline double dot(const Vec3& a, const Vec3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

Vec3 direction_of(const Equatorial& place);
Equatorial place_of(const Vec3& direction);

struct Attitude {
    Vec3 right;  // of the frame: +x
    Vec3 up;     // of the frame: -y
    Vec3 ahead;  // through the middle of the frame
};

// Looking at a direction above the ground, at a time.
Attitude attitude_at(const AltAz& place, SkyTime time, const Site& site);
// Looking at a place in the sky, at a time.
Attitude attitude_towards(const Vec3& ahead, SkyTime time, const Site& site);
AltAz altaz_of(const Vec3& direction, SkyTime time, const Site& site);

// The same, the tube turned so that the stars move by (dx, dy) pixels of the frame.
Vec3 moved(const Attitude& attitude, double focal_px, double dx, double dy);

// Position angle of the frame's up in the frame's middle, north through east, -180..180.
double rotation_deg(const Attitude& attitude);

// A camera's plane: gnomonic, middle of the frame at ((width - 1) / 2, (height - 1) / 2).
struct Plane {
    double focal_px = 1;
    int width = 0;
    int height = 0;
    Point middle() const { return {(width - 1) / 2.0, (height - 1) / 2.0}; }
};
// Sensor pixels of a direction; only for those ahead (dot(direction, ahead) > 0).
Point pixel_of(const Vec3& direction, const Attitude& attitude, const Plane& plane);
Vec3 direction_of(Point pixel, const Attitude& attitude, const Plane& plane);

// Pixels seen at `from` to pixels seen at `to`, the same stars.
Transform to_from(const Attitude& to, const Attitude& from, const Plane& plane);

}  // namespace nightstack::device::sim
