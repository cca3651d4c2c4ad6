// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/weights.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr std::array kKinds{WeightKind::none, WeightKind::noise, WeightKind::wfwhm, WeightKind::nstars};

// 0 when the figure is missing.
double raw_weight(const FrameQuality& frame, std::size_t colour, int most_stars, WeightKind kind) {
    switch (kind) {
        case WeightKind::none:
            return 1;
        case WeightKind::noise: {
            const double sigma = frame.noise[colour] * frame.scale[colour];
            return sigma > 0 ? 1 / (sigma * sigma) : 0;
        }
        case WeightKind::wfwhm: {
            if (frame.stars <= 0 || !(frame.fwhm_px > 0)) return 0;
            const double wide = frame.fwhm_px * most_stars / frame.stars;
            return 1 / (wide * wide);
        }
        case WeightKind::nstars:
            return frame.stars;
    }
    return 1;
}

void level_out(std::vector<double>& weights) {
    double least = 0;
    for (double& w : weights) {
        if (!(w > 0) || !std::isfinite(w)) w = 0;
        if (w > 0 && (least == 0 || w < least)) least = w;
    }
    if (least == 0) least = 1;
    double sum = 0;
    for (double& w : weights) {
        if (w == 0) w = least;
        sum += w;
    }
    // A weight must stay a float above 0.
    for (double& w : weights) w = std::max(w * static_cast<double>(weights.size()) / sum, 1e-6);
}

}  // namespace

std::string_view name(WeightKind kind) {
    switch (kind) {
        case WeightKind::none:
            return "none";
        case WeightKind::noise:
            return "noise";
        case WeightKind::wfwhm:
            return "wfwhm";
        case WeightKind::nstars:
            return "nstars";
    }
    return "?";
}

std::optional<WeightKind> parse_weight_kind(std::string_view text) {
    for (const WeightKind kind : kKinds) {
        if (text == name(kind)) return kind;
    }
    return std::nullopt;
}

std::vector<std::vector<double>> frame_weights(std::span<const FrameQuality> frames, WeightKind kind) {
    if (frames.empty()) return {};
    const std::size_t colours = frames.front().noise.size();
    int most_stars = 0;
    for (const FrameQuality& frame : frames) {
        if (frame.noise.size() != colours || frame.scale.size() != colours) {
            throw OptionError("weights: frames differ in the number of colour planes (" + std::to_string(colours) +
                              " and " + std::to_string(frame.noise.size()) + ")");
        }
        most_stars = std::max(most_stars, frame.stars);
    }
    std::vector<std::vector<double>> result(frames.size(), std::vector<double>(colours));
    std::vector<double> column(frames.size());
    for (std::size_t c = 0; c < colours; ++c) {
        for (std::size_t f = 0; f < frames.size(); ++f) column[f] = raw_weight(frames[f], c, most_stars, kind);
        level_out(column);
        for (std::size_t f = 0; f < frames.size(); ++f) result[f][c] = column[f];
    }
    return result;
}

}  // namespace nightstack
