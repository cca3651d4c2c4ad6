// SPDX-License-Identifier: MIT
// What a frame and the night's orders say of place and scale, before any star is looked at. Inner part of night_sky.h;
// pure functions, any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pipeline/stages/astrometry/field_solver.h"
#include "tools/night/sky/night_sky.h"

namespace nightstack::tools {

struct PlaceHint {
    SkyPoint place;
    std::string whose;  // "the target M 31", "the place in its header"
};

// The plate of the frame's header, rows as presented; nothing where it has none, or one that cannot be.
std::optional<Wcs> header_plate(const LedgerSky& header, const StreamFormat& format);

// Best known first; those that differ by less than half a degree are one.
std::vector<PlaceHint> places_of(const SkyQuestion& question, const std::optional<Wcs>& plate);

// Arcseconds per pixel, best known first, differing by 3 % at least.
std::vector<double> scales_of(const SkyQuestion& question, const std::optional<Wcs>& plate);

// One search of the solver.
struct SkyTry {
    std::size_t place = 0;  // into places_of
    FieldHints hints;
};

// In the order in which they are made: as it should be, closer by (which needs fewer stars) and in a mirror, wider.
std::vector<SkyTry> tries_of(const StreamFormat& format, const std::vector<PlaceHint>& places,
                             const std::vector<double>& scales);

}  // namespace nightstack::tools
