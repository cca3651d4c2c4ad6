// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/normalise.h"

#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr std::array kKinds{NormalisationKind::none, NormalisationKind::add, NormalisationKind::mul,
                            NormalisationKind::addscale, NormalisationKind::mulscale};

std::optional<double> star_scale(const FrameLevels& frame) {
    if (!frame.transparency) return std::nullopt;
    const double t = *frame.transparency;
    if (!(t >= 0.01 && t <= 100)) return std::nullopt;
    return 1 / t;
}

ColourScale match_sky_by_sum(double sky, double reference_sky, double scale, bool known) {
    const double offset = reference_sky - sky * scale;
    if (!std::isfinite(offset)) return {1, 0, false};
    return {scale, offset, known};
}

ColourScale match_sky_by_factor(double sky, double reference_sky, bool known) {
    const double scale = reference_sky / sky;
    if (!(sky > 0 && reference_sky > 0) || !std::isfinite(scale)) return {1, 0, false};
    return {scale, 0, known};
}

ColourScale one_colour(double sky, double reference_sky, std::optional<double> scale, NormalisationKind kind) {
    switch (kind) {
        case NormalisationKind::none:
            return {};
        case NormalisationKind::add:
            return match_sky_by_sum(sky, reference_sky, 1, true);
        case NormalisationKind::mul:
            return match_sky_by_factor(sky, reference_sky, true);
        case NormalisationKind::addscale:
            return match_sky_by_sum(sky, reference_sky, scale.value_or(1), scale.has_value());
        case NormalisationKind::mulscale:
            if (scale) return {*scale, 0, true};
            return match_sky_by_factor(sky, reference_sky, false);
    }
    return {};
}

}  // namespace

std::string_view name(NormalisationKind kind) {
    switch (kind) {
        case NormalisationKind::none:
            return "none";
        case NormalisationKind::add:
            return "add";
        case NormalisationKind::mul:
            return "mul";
        case NormalisationKind::addscale:
            return "addscale";
        case NormalisationKind::mulscale:
            return "mulscale";
    }
    return "?";
}

std::optional<NormalisationKind> parse_normalisation_kind(std::string_view text) {
    for (const NormalisationKind kind : kKinds) {
        if (text == name(kind)) return kind;
    }
    return std::nullopt;
}

std::vector<ColourScale> normalise(const FrameLevels& frame, const FrameLevels& reference, NormalisationKind kind) {
    if (frame.sky.size() != reference.sky.size()) {
        throw OptionError("normalisation: frame has " + std::to_string(frame.sky.size()) +
                          " colour planes, the reference " + std::to_string(reference.sky.size()));
    }
    const std::optional<double> scale = star_scale(frame);
    std::vector<ColourScale> result;
    result.reserve(frame.sky.size());
    for (std::size_t c = 0; c < frame.sky.size(); ++c) {
        result.push_back(one_colour(frame.sky[c], reference.sky[c], scale, kind));
    }
    return result;
}

}  // namespace nightstack
