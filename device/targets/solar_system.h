// SPDX-License-Identifier: MIT
// Where Moon, planets and Sun stand for a site: among the catalogue's stars, that is astrometric (light time, no
// aberration), J2000, seen from the site, not from the Earth's middle. By ERFA's series: the Moon good to 15 arcsec,
// Mercury, Venus and Mars to 20, Neptune to 10, Jupiter, Saturn and Uranus to 90. Pure functions, any thread.
#pragma once

#include "device/model/target.h"
#include "device/targets/horizon.h"

namespace nightstack::device {

struct BodyView {
    Equatorial place;
    double distance_au = 0;
    double diameter_arcsec = 0;  // at the equator, without rings
    double illuminated = 0;      // part of the disc, 0..1
    double bright_limb_deg = 0;  // position angle of the middle of the bright limb, north through east, 0..360
    double phase_angle_deg = 0;  // Sun, body, site
    double magnitude = 0;        // V
};

BodyView view_of(Planet body, const Horizon& from);

Equatorial sun_place(const Horizon& from);

}  // namespace nightstack::device
