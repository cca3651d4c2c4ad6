// SPDX-License-Identifier: MIT
// Brings a frame to the level and scale of the reference: per colour x' = x * scale + offset.
//   none      x
//   add       x + (ref_sky - sky): equal sky level
//   mul       x * ref_sky / sky: equal sky level, for skies that are pure light (dark subtracted)
//   addscale  x / transparency + (ref_sky - sky / transparency): equal star flux and equal sky
//   mulscale  x / transparency: equal star flux, the sky is left where it falls
// The scale comes from the stars (transparency = star flux of the frame over that of the reference,
// by photometry of common stars), never from the spread of the histogram: a cloud makes stars and
// nebula fainter but sky noise larger, so a noise ratio would dim the nebula further. Where the
// transparency is unknown the scale is 1 (addscale then equals add, mulscale falls back to mul) and
// the report says so. History-free: depends on this frame and the reference only.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace nightstack {

enum class NormalisationKind { none, add, mul, addscale, mulscale };

std::string_view name(NormalisationKind kind);
std::optional<NormalisationKind> parse_normalisation_kind(std::string_view text);

// Figures of one frame, in ADU as calibrated and before any normalisation.
struct FrameLevels {
    std::vector<double> sky;             // per colour plane, level of the background
    std::optional<double> transparency;  // star flux over the reference's; absent: not known
};

struct ColourScale {
    double scale = 1;
    double offset = 0;
    bool known = true;  // false: the figures needed were missing or absurd, a fall-back was used
};

// One entry per colour plane. Throws OptionError when the numbers of planes differ.
// A transparency outside [0.01, 100] and, for mul, a sky level not above 0 count as not known.
std::vector<ColourScale> normalise(const FrameLevels& frame, const FrameLevels& reference, NormalisationKind kind);

}  // namespace nightstack
