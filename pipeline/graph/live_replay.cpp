// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_replay.h"

#include <array>
#include <cmath>
#include <limits>

#include "pipeline/core/error.h"
#include "pipeline/graph/live_canvas.h"
#include "pipeline/stages/integrate/level_tile.h"

namespace nightstack {
namespace {

void fill_with_nothing(std::span<const ImageView<float>> out) {
    for (const ImageView<float>& plane : out) {
        for (int y = 0; y < plane.height(); ++y) {
            for (float& v : plane.row(y)) v = std::numeric_limits<float>::quiet_NaN();
        }
    }
}

}  // namespace

Rect LiveReplay::footprint(const LightReport& report, const StreamFormat& light) const {
    return live_footprint(*report.ref_from_frame, light, options_.reference, options_.framing, options_.canvas_scale);
}

LivePlacement LiveReplay::placement(const LightReport& report, const StreamFormat& light) const {
    return live_placement(*report.ref_from_frame, light, report.tilt, options_.canvas_scale, options_.sampling);
}

LiveFrame LiveReplay::outline(const LightReport& report, const StreamFormat& light) const {
    LiveFrame frame;
    frame.footprint = footprint(report, light);
    frame.touches = [placed = placement(report, light)](const Rect& tile) { return placed.touches(tile); };
    return frame;
}

LiveFrame LiveReplay::frame(const Light& light, const LightReport& report) {
    LiveFrame frame = outline(report, light.format);
    for (std::size_t p = 0; p < 3; ++p) {
        const auto weight = static_cast<int>(std::lround(report.weight[p] * kLiveWeightOne));
        if (weight > 0) frame.weight[p] = weight;
    }
    frame.sample = [this, &light, &report, placed = placement(report, light.format)](
                       const Rect& tile, std::span<const ImageView<float>> out) {
        sample(light, report, placed.planes_from_canvas, placed.tilt, tile, out);
    };
    return frame;
}

void LiveReplay::sample(const Light& light, const LightReport& report, const Transform& planes_from_canvas,
                        const std::array<SkyTilt, 3>& tilt, const Rect& tile, std::span<const ImageView<float>> out) {
    try {
        const SampledLight from{light, report.demosaic, report.noise_adu, planes_from_canvas};
        const Rect region = sampled_region(from, tile, options_.sampling);
        if (region.empty()) return fill_with_nothing(out);
        std::array<SampleTile, 3> planes;
        for (std::size_t p = 0; p < out.size(); ++p) planes[p] = {out[p], {}};
        const auto scratch = scratch_.borrow();
        sample_light(std::span(planes).first(out.size()), tile, region, from, options_.sampling, *scratch);
        for (std::size_t p = 0; p < out.size(); ++p)
            bring_to_level(out[p], tile, tilt[p], static_cast<float>(report.scale[p]),
                           static_cast<float>(report.offset[p]));
    } catch (...) {
        fill_with_nothing(out);
        note_failure(light);
        const std::lock_guard lock(mutex_);
        tiles_.emplace(tile.x, tile.y);
    }
}

void LiveReplay::probe(const Light& light) {
    try {
        Image<float> last(1, 1);
        light.read(last.view(), {light.format.width - 1, light.format.height - 1, 1, 1}, 0);
    } catch (...) {
        note_failure(light);
    }
}

void LiveReplay::note_failure(const Light& light) {
    std::string why;
    try {
        throw;
    } catch (const Interrupted&) {
    } catch (const Error& e) {
        why = e.what();
    } catch (...) {
        why.clear();
    }
    const std::lock_guard lock(mutex_);
    if (!failed_) failed_ = std::current_exception();
    if (why.empty()) {
        if (!grave_) grave_ = std::current_exception();
    } else {
        unread_.try_emplace(light.name, why);
    }
}

bool LiveReplay::failed_on(const Rect& tile) const {
    const std::lock_guard lock(mutex_);
    return grave_ != nullptr || tiles_.contains({tile.x, tile.y});
}

std::map<std::string, std::string> LiveReplay::unread() const {
    const std::lock_guard lock(mutex_);
    return unread_;
}

void LiveReplay::rethrow_grave() const {
    const std::lock_guard lock(mutex_);
    if (grave_) std::rethrow_exception(grave_);
}

void LiveReplay::rethrow() const {
    const std::lock_guard lock(mutex_);
    if (failed_) std::rethrow_exception(failed_);
}

}  // namespace nightstack
