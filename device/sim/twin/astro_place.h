// SPDX-License-Identifier: MIT
// Reads places and targets from hostile requests, in all forms real clients have sent. The twin reads the
// wire by itself: a client's sign error must not meet the same error here.
#pragma once

#include <optional>
#include <string_view>

#include "device/sim/twin/body.h"

namespace nightstack::device::sim {

// `lon` (positive west), `lat`, `date`; the scope's own clock stands in for a missing or bad date.
std::optional<ToldPlace> told_place(const Body& body, const Call& call);

// 12.5, "0h42m44s", "+41d16m09s", "+23°46'27.0": nothing for anything else.
std::optional<double> sexagesimal(std::string_view text);

struct GotoTarget {
    Equatorial place;
    int planet = -1;
};
// `planet`, or `ra` in hours and `dec` in degrees, as numbers or texts. Planets stand where the told time puts them.
std::optional<GotoTarget> goto_target(const Body& body, const Call& call, const ToldPlace& told);

// `RA` and `DEC` of a RAW capture (10011), in the same forms; nothing when they cannot be read.
std::optional<Equatorial> request_place(const Call& call);

}  // namespace nightstack::device::sim
