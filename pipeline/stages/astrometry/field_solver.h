// SPDX-License-Identifier: MIT
// Plate solving of a frame whose place in the sky is roughly known, with nobody's help: which stars of a catalogue are
// the stars of the frame, and so where exactly it looks. Any rotation; the place may be off by degrees, the scale by
// some percent; strangers in both lists. Pure and deterministic, no random numbers; any thread.
//
// How: every star of the catalogue nearby is tried as the partner of each of the frame's brightest ones; the other
// stars vote for the angle between both (registration/votes.h, whose catalogue side lies in the plane that touches the
// sky at the star itself, so that neither pole nor RA 0 is special). The best votes become a similarity in the plane
// that touches the sky at the frame's middle, all stars are paired under it, and it is proven or refused by the count
// of registration/proof.h: 10^-proof bounds the number of false matches to expect in the whole search. The proven pairs
// are fitted: TAN, and SIP where the stars ask for it (plate_fit.h).
//
// A frame of the DWARF II takes about 25 ms with a place of 3 degrees and a catalogue to V 11, a refusal some 0.15 s,
// twice that when mirror images are looked for as well. Small frames need more proof than few stars give: where the
// catalogue has only five in a frame, a place of one degree is solved and one of three is refused.
//
// What the catalogue must hold: J2000 places good to a pixel, stars about as faint as the 30 brightest of the frame.
// Proper motion is not applied: of stars to V 11, a few in a thousand move a pixel of a small telescope in 25 years.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "pipeline/core/distortion.h"
#include "pipeline/core/star.h"
#include "pipeline/stages/astrometry/wcs.h"

namespace nightstack {

struct CatalogueStar {
    SkyPoint place;
    double magnitude = 0;
};

struct FieldHints {
    int width = 0;  // of the frame, px
    int height = 0;
    SkyPoint near;                         // where the telescope was told to look
    double max_error_deg = 3;              // a frame whose middle is farther from there is not looked for; 0.01 to 10
    double arcsec_per_px = 0;              // about; at the middle of the frame
    double scale_tolerance = 0.05;         // as a part of it; 0.002 to 0.2
    bool allow_mirrored = false;           // rows counted from the other end, or an odd number of mirrors
    std::optional<RadialDistortion> lens;  // where known; without it most stars have to lie within 3 px of a
                                           // similarity, or 0.1 % of the diagonal where that is more
    double min_proof = 6;                  // one false match in a million searches

    // Throws OptionError naming the field. Frames of more than 15 degrees from corner to corner are refused.
    void check() const;
    double diagonal_deg() const;
    // The catalogue has to reach this far from `near`.
    double catalogue_radius_deg() const;
};

enum class FieldVerdict { solved, too_few_stars, too_few_catalogue_stars, no_match, ambiguous };

struct FieldSolution {
    FieldVerdict verdict = FieldVerdict::no_match;
    std::string text;  // one sentence: what was found, or why nothing, with numbers

    // The rest, as far as solved. The reference pixel is the middle of the frame, or that of the lens, whose bend is
    // then part of `wcs`.
    Wcs wcs;
    SkyPoint centre;  // of the middle of the frame
    bool mirrored = false;
    int matched = 0;             // stars the fit rests on
    double rms_px = 0;           // of those: distance, both axes together
    double rms_arcsec = 0;       //
    double bend_px = 0;          // the largest distortion in a corner of the frame that `wcs` has (0: none was found)
    double off_deg = 0;          // from `near` to `centre`
    double off_towards_deg = 0;  // position angle of that, from north over east, 0 to 360

    double proof = 0;         // of the answer, or the best that was refused
    int stars = 0;            // usable ones of the frame
    int catalogue_stars = 0;  // of the place, without those too faint to matter

    bool ok() const { return verdict == FieldVerdict::solved; }
};

// Fewer stars in either list prove nothing.
inline constexpr int kLeastFieldStars = 6;

// `stars` in pixels of the frame (centres at integers, row 0 first), any order; the 500 of most flux are used.
// `catalogue` in any order; what lies farther away than catalogue_radius_deg() is left out. Throws OptionError from
// hints.check().
FieldSolution solve_field_near(std::span<const Star> stars, std::span<const CatalogueStar> catalogue,
                               const FieldHints& hints);

}  // namespace nightstack
