// SPDX-License-Identifier: MIT
// From the catalogue's directions to those above a site's horizon, and back, to a few arcseconds: precession, nutation,
// aberration, Earth rotation (ERFA). No refraction. UT1 is taken for UTC, which since 2020 is right to 0.2 s or 3
// arcsec; the motion of the pole (0.3 arcsec) is left out. Constant once made: any thread. Making one takes a
// tenth of a millisecond (nutation), using it less than a microsecond.
#pragma once

#include <array>
#include <chrono>
#include <memory>

#include "device/model/target.h"

namespace nightstack::device {

using Utc = std::chrono::sys_time<std::chrono::milliseconds>;

struct AltAz {
    double altitude_deg = 0;  // -90..90
    double azimuth_deg = 0;   // from north through east, 0..360
};

double separation_deg(const AltAz& a, const AltAz& b);

class Horizon {
public:
    // Throws OptionError when the date is none that UTC knows (before 1960 it guesses).
    Horizon(const Site& site, Utc utc);

    AltAz altaz_of(const Equatorial& place) const;
    Equatorial place_at(const AltAz& direction) const;  // the J2000 place that stands there

    // Position angle of the zenith at a J2000 place, north through east, -180..180: by how much an alt-az mount's
    // picture is turned. Positive west of the meridian. Without meaning at the zenith itself.
    double parallactic_angle_deg(const Equatorial& place) const;

    // The site from the solar system's barycentre, and the Sun from there; au, J2000 axes.
    std::array<double, 3> site_au() const;
    std::array<double, 3> sun_au() const;

    // Terrestrial time as a Julian date in two parts.
    std::array<double, 2> terrestrial_time() const;

private:
    struct Parts;
    std::shared_ptr<const Parts> parts_;
};

}  // namespace nightstack::device
