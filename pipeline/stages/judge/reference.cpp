// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/stages/judge/robust.h"

namespace nightstack {
namespace {

// How much a figure counts: sharpness rules what a stack can show; stars and light only carry it.
struct Share {
    Figure figure;
    double weight;  // negative: less is better
};
constexpr Share shares[] = {{Figure::fwhm, -2.0},
                            {Figure::roundness, 1.0},
                            {Figure::stars, 0.5},
                            {Figure::transparency, 1.0},
                            {Figure::background, -0.25}};

// weight * log(value / median), no better than the best quarter. Unknown or not positive counts 0.
void add_scores(std::vector<double>& scores, std::span<const FrameFigures> frames, const Share& share) {
    std::vector<double> logs;
    for (const FrameFigures& f : frames) {
        const std::optional<double> v = value_of(f, share.figure);
        if (f.refused == Reason::none && v && *v > 0) logs.push_back(std::log(*v));
    }
    if (logs.size() < 2) return;
    const double centre = median(logs);
    const bool less_is_better = share.weight < 0;
    std::sort(logs.begin(), logs.end());
    const std::size_t quarter = (logs.size() - 1) / 4;
    const double cap = share.weight * ((less_is_better ? logs[quarter] : logs[logs.size() - 1 - quarter]) - centre);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::optional<double> v = value_of(frames[i], share.figure);
        if (v && *v > 0) scores[i] += std::min(cap, share.weight * (std::log(*v) - centre));
    }
}

void subtract_distance(std::vector<double>& scores, std::span<const FrameFigures> frames, const ReferenceOptions& o) {
    std::vector<double> xs;
    std::vector<double> ys;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (!o.pointing[i] || frames[i].refused != Reason::none) continue;
        xs.push_back(o.pointing[i]->x);
        ys.push_back(o.pointing[i]->y);
    }
    if (xs.empty()) return;
    const Point middle{median(xs), median(ys)};
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (!o.pointing[i]) continue;
        const double dx = o.pointing[i]->x - middle.x;
        const double dy = o.pointing[i]->y - middle.y;
        scores[i] -= std::sqrt(dx * dx + dy * dy) / o.field_px;
    }
}

}  // namespace

int choose_reference(std::span<const FrameFigures> frames, const ReferenceOptions& options) {
    if (!options.pointing.empty() && options.pointing.size() != frames.size()) {
        throw OptionError("reference: " + std::to_string(options.pointing.size()) + " pointings for " +
                          std::to_string(frames.size()) + " frames");
    }
    if (!(options.field_px > 0)) throw OptionError("reference: field_px is not above 0");
    std::vector<double> scores(frames.size(), 0.0);
    for (const Share& s : shares) add_scores(scores, frames, s);
    if (!options.pointing.empty()) subtract_distance(scores, frames, options);
    int best = -1;
    constexpr double equal = 1e-9;  // the last bits of a logarithm must not choose
    double most = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (frames[i].refused != Reason::none || !(scores[i] > most + equal)) continue;
        most = scores[i];
        best = static_cast<int>(i);
    }
    return best;
}

}  // namespace nightstack
