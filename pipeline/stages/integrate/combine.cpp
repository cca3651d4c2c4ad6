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

constexpr std::size_t kPlanes = 6;  // samples, sorted, sums, squares, weights, values

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
    row.frames = frames.data();
    row.frame_count = n;
    row.width = out.value.width();
    row.samples = static_cast<float*>(scratch.columns.data());
    row.sorted = row.samples + padded_rows(n) * kColumnPixels;
    row.sums = row.sorted + padded_rows(n) * kColumnPixels;
    row.squares = row.sums + padded_rows(n) * kColumnPixels;
    const bool weighs =
        std::any_of(frames.begin(), frames.end(), [](const FrameTile& f) { return !f.sample_weights.empty(); });
    if (weighs) row.sample_weights = row.squares + padded_rows(n) * kColumnPixels;
    const bool tests = std::any_of(frames.begin(), frames.end(), [](const FrameTile& f) { return !f.tested.empty(); });
    if (tests) row.values = row.squares + 2 * padded_rows(n) * kColumnPixels;
    row.combine = options.combine;
    row.rejection = options.rejection.kind;
    row.reject_low = static_cast<float>(options.rejection.low);
    row.reject_high = static_cast<float>(options.rejection.high);
    row.least_sigma = static_cast<float>(options.rejection.least_sigma);
    row.object_share = static_cast<float>(options.rejection.object_share);
    row.sky_level = static_cast<float>(options.rejection.sky_level);
    row.esd_critical = scratch.esd.critical.data();
    row.esd_most = scratch.esd.most_outliers.data();
    TileCounts counts;
    for (int y = 0; y < out.value.height(); ++y) {
        row.y = y;
        row.value = out.value.row_data(y);
        row.variance = out.variance.row_data(y);
        row.coverage = out.coverage.row_data(y);
        row.rejected_low = out.rejected_low.row_data(y);
        row.rejected_high = out.rejected_high.row_data(y);
        counts += combine_row(row);
    }
    return counts;
}

}  // namespace nightstack
