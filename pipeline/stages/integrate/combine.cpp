// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/combine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/integrate/combine_row.h"

namespace nightstack {
namespace {

constexpr std::array kKinds{CombineKind::mean, CombineKind::median};

void check_fit(const TileResult& out, std::span<const FrameTile> frames) {
    const int width = out.value.width();
    const int height = out.value.height();
    const bool same = out.variance.same_size(width, height) && out.coverage.same_size(width, height) &&
                      out.rejected_low.same_size(width, height) && out.rejected_high.same_size(width, height);
    if (!same) throw OptionError("integrate: result planes differ in size");
    if (frames.size() > 65535)
        throw OptionError("integrate: " + std::to_string(frames.size()) + " frames, at most 65535");
    for (std::size_t f = 0; f < frames.size(); ++f) {
        if (!frames[f].samples.same_size(width, height)) {
            throw OptionError("integrate: tile of frame " + std::to_string(f) + " has another size than the result");
        }
        const ImageView<const float>& weights = frames[f].sample_weights;
        if (!weights.empty() && !weights.same_size(width, height)) {
            throw OptionError("integrate: weights of frame " + std::to_string(f) + " have another size than the tile");
        }
        const ImageView<const float>& tested = frames[f].tested;
        if (!tested.empty() && !tested.same_size(width, height)) {
            throw OptionError("integrate: tested samples of frame " + std::to_string(f) +
                              " have another size than the tile");
        }
        if (!(frames[f].weight > 0) || !std::isfinite(frames[f].weight)) {
            throw OptionError("integrate: weight of frame " + std::to_string(f) + " is " +
                              std::to_string(frames[f].weight) + ", must be above 0");
        }
    }
}

// Samples, sorted, sums, squares, weights, values; and those of pixels that wait.
constexpr std::size_t kPlanes = 6 + kWaitingPlanes;

// Rows of a plane of the column: sorting pads them to whole groups of 8.
std::size_t padded_rows(int frames) { return (static_cast<std::size_t>(frames) + 7) / 8 * 8; }

void prepare(CombineScratch& scratch, int frames, const CombineOptions& options) {
    const std::size_t bytes = kPlanes * kColumnPixels * sizeof(float) * padded_rows(frames);
    if (scratch.columns.size() < bytes) scratch.columns = AlignedMemory(bytes);
    const RejectOptions& r = options.rejection;
    if (r.kind != RejectKind::gesdt) return;
    // The planes of a picture differ in least sigma and sky, which the table does not know.
    const bool same = scratch.esd_for.low == r.low && scratch.esd_for.high == r.high;
    const bool fits = scratch.esd.critical.size() > static_cast<std::size_t>(frames) && same;
    if (fits) return;
    scratch.esd = esd_table(frames, r.low, r.high);
    scratch.esd_for = r;
}

FrameWeights frame_weights_of(std::span<const FrameTile> frames) {
    FrameWeights weights;
    for (const FrameTile& frame : frames) {
        weights.of.push_back(frame.weight);
        weights.squares.push_back(frame.weight * frame.weight);
        weights.sum += weights.of.back();
        weights.sum_of_squares += weights.squares.back();
    }
    return weights;
}

}  // namespace

std::string_view name(CombineKind kind) {
    switch (kind) {
        case CombineKind::mean: return "mean";
        case CombineKind::median: return "median";
    }
    return "?";
}

std::optional<CombineKind> parse_combine_kind(std::string_view text) {
    for (const CombineKind kind : kKinds) {
        if (text == name(kind)) return kind;
    }
    return std::nullopt;
}

void CombineOptions::check() const {
    rejection.check();
    if (grow_px < 0 || grow_px > kMostGrow) {
        throw OptionError("rejection grows by " + std::to_string(grow_px) + " pixels, must be 0 to " +
                          std::to_string(kMostGrow));
    }
}

TileCounts integrate_tile(const TileResult& out, std::span<const FrameTile> frames, const CombineOptions& options,
                          CombineScratch& scratch) {
    options.check();
    check_fit(out, frames);
    const int n = static_cast<int>(frames.size());
    prepare(scratch, n, options);

    CombineRow row;
    const FrameWeights weights = frame_weights_of(frames);
    row.frames = frames.data();
    row.weights = &weights;
    row.frame_count = n;
    row.width = out.value.width();
    row.plane_floats = static_cast<std::ptrdiff_t>(padded_rows(n)) * kColumnPixels;
    row.samples = static_cast<float*>(scratch.columns.data());
    row.sorted = row.samples + row.plane_floats;
    row.sums = row.sorted + row.plane_floats;
    row.squares = row.sums + row.plane_floats;
    row.waiting = row.squares + 3 * row.plane_floats;
    const bool weighs =
        std::any_of(frames.begin(), frames.end(), [](const FrameTile& f) { return !f.sample_weights.empty(); });
    if (weighs) row.sample_weights = row.squares + row.plane_floats;
    const bool tests = std::any_of(frames.begin(), frames.end(), [](const FrameTile& f) { return !f.tested.empty(); });
    if (tests) row.values = row.squares + 2 * row.plane_floats;
    row.combine = options.combine;
    row.rejection = options.rejection.kind;
    row.reject_low = static_cast<float>(options.rejection.low);
    row.reject_high = static_cast<float>(options.rejection.high);
    row.least_sigma = static_cast<float>(options.rejection.least_sigma);
    row.object_share = static_cast<float>(options.rejection.object_share);
    row.sky_level = static_cast<float>(options.rejection.sky_level);
    row.esd_critical = scratch.esd.critical.data();
    row.esd_most = scratch.esd.most_outliers.data();
    return combine_rows(row, out);
}

}  // namespace nightstack
