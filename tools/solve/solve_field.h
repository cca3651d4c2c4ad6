// SPDX-License-Identifier: MIT
// Plate solving by astrometry.net's solve-field, where it is installed: a star list goes out, a WCS comes back and is
// proven on the stars before anybody believes it.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "pipeline/core/star.h"
#include "pipeline/stages/astrometry/wcs.h"
#include "tools/solve/star_table.h"

namespace nightstack::tools {

struct SolveHints {
    int width = 0;  // of the picture the positions are in
    int height = 0;
    // Arcseconds per pixel; unset: a field of 0.3 to 60 degrees.
    std::optional<double> scale_low, scale_high;
    std::optional<SkyPoint> near;  // where the telescope was told to look; tried first, then the whole sky
};

struct SolveOutcome {
    std::optional<Wcs> wcs;
    std::string text;   // what was found, or why nothing was; one sentence
    int matched = 0;    // stars of the list that are in the catalogue
    double rms_px = 0;  // of those, between the list and the catalogue through the WCS
    double rms_arcsec = 0;
};

// `stars` brightest first; the first 200 are used. Never throws for what solve-field does or leaves undone;
// Interrupted, and IoError when no temporary folder can be made. `wall` is for all tries together.
SolveOutcome solve_field(std::span<const Star> stars, const SolveHints& hints, std::chrono::seconds wall,
                         const std::stop_token& stop);

// The solution held against the list it was made from: each matched star is one of `stars` and lies where the catalogue
// says. Fills matched and rms; refuses (no wcs, text says why) with fewer than 6 stars, or an rms above 3 px, or a
// scale or place that contradicts the hints.
SolveOutcome proven(const Wcs& wcs, std::span<const Star> stars, std::span<const CatalogueMatch> matches,
                    const SolveHints& hints);

}  // namespace nightstack::tools
