// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/combine.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/integrate/combine_row.h"
#include "pipeline/stages/integrate/sorting_network.h"

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

void prepare(CombineScratch& scratch, int frames, bool sorts) {
    const std::size_t bytes = std::size_t{4} * kColumnPixels * sizeof(float) * static_cast<std::size_t>(frames);
    if (scratch.columns.size() < bytes) scratch.columns = AlignedMemory(bytes);
    if (sorts && scratch.network_size != frames) {
        scratch.network = sorting_network(frames);
        scratch.network_size = frames;
    }
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

void CombineOptions::check() const { rejection.check(); }

TileCounts integrate_tile(const TileResult& out, std::span<const FrameTile> frames, const CombineOptions& options,
                          CombineScratch& scratch) {
    options.check();
    check_fit(out, frames);
    const int n = static_cast<int>(frames.size());
    const bool sorts = options.rejection.kind != RejectKind::none || options.combine == CombineKind::median;
    prepare(scratch, n, sorts);

    CombineRow row;
    row.frames = frames.data();
    row.frame_count = n;
    row.width = out.value.width();
    row.samples = static_cast<float*>(scratch.columns.data());
    row.sorted = row.samples + static_cast<std::size_t>(n) * kColumnPixels;
    const bool weighs =
        std::any_of(frames.begin(), frames.end(), [](const FrameTile& f) { return !f.sample_weights.empty(); });
    if (weighs) row.sample_weights = row.sorted + static_cast<std::size_t>(n) * kColumnPixels;
    const bool tests = std::any_of(frames.begin(), frames.end(), [](const FrameTile& f) { return !f.tested.empty(); });
    if (tests) row.values = row.sorted + std::size_t{2} * static_cast<std::size_t>(n) * kColumnPixels;
    row.network = scratch.network.data();
    row.network_steps = scratch.network.size();
    row.combine = options.combine;
    row.rejection = options.rejection.kind;
    row.kappa_low = static_cast<float>(options.rejection.kappa_low);
    row.kappa_high = static_cast<float>(options.rejection.kappa_high);
    row.least_sigma = static_cast<float>(options.rejection.least_sigma);
    row.object_share = static_cast<float>(options.rejection.object_share);
    row.sky_level = static_cast<float>(options.rejection.sky_level);
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
