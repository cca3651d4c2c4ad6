// SPDX-License-Identifier: MIT
// Where on Earth and where in the sky, in our sense everywhere: degrees, longitude positive EAST.
// Wire quirks (hours, west) stay behind device/dwarf/protocol/quirks.h. Plain values.
#pragma once

#include <string>
#include <variant>

namespace nightstack::device {

struct Site {
    double longitude_deg = 0;  // east positive, -180..180
    double latitude_deg = 0;   // north positive, -90..90
    double height_m = 0;
};

struct Equatorial {      // J2000
    double ra_deg = 0;   // 0..360
    double dec_deg = 0;  // -90..90
};

// The scope computes these places itself. The numbers are the wire's.
enum class Planet : int { mercury = 0, venus, mars, jupiter, saturn, uranus, neptune, moon };

struct Target {
    std::string name;  // as the user calls it: "M 31", "Moon"
    std::variant<Equatorial, Planet> place;
};

}  // namespace nightstack::device
