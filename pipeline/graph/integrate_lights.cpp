// SPDX-License-Identifier: MIT
#include "pipeline/graph/integrate_lights.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>
#include <vector>

#include "pipeline/core/pool.h"
#include "pipeline/graph/failure.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

struct TileScratch {
    PrepareScratch prepare;
    Image<float> samples;          // the tile of every light and plane, one below the other
    Image<float> weights, tested;  // likewise, of drizzle
    std::vector<std::array<FrameTile, 3>> warped;
    std::vector<FrameTile> column;
    CombineScratch combine;
    GrowScratch growing;
    Image<float> value, variance;
    Image<std::uint16_t> coverage, low, high;
};

// What stays the same for all tiles.
struct Job {
    std::span<const AcceptedLight> lights;
    const IntegrateOptions& options;
    SamplingOptions tested;  // differs from the options only with drizzle
    PlaneGeometry geometry;
    Rect canvas;                                         // all of it, in its own pixels
    std::vector<Transform> planes_from_canvas;           // per light
    std::vector<std::optional<BentPositions>> bent;      // likewise; none without a lens, nor for the reference
    std::vector<std::array<SkyTilt, 3>> tilt_on_canvas;  // likewise
    std::array<CombineOptions, 3> combine;               // per plane: each has its own noise
};

// One value for the whole run, whatever a tile sees of it: half the lights are noisier.
double typical_sigma(std::span<const AcceptedLight> lights, std::size_t plane) {
    std::vector<float> variances;
    for (const AcceptedLight& l : lights) variances.push_back(l.tested_variance[plane]);
    return std::sqrt(static_cast<double>(median_in_place(variances)));
}

std::optional<BentPositions> bent_positions(const AcceptedLight& light, const Canvas& canvas,
                                            const IntegrateOptions& options, const PlaneGeometry& geometry,
                                            const Rect& whole) {
    if (!options.lens || light.ref_from_frame == Transform()) return std::nullopt;
    return BentPositions(*options.lens, geometry.planes_from_frame(), light.ref_from_frame, canvas.ref_from_canvas(),
                         whole, {0, 0, geometry.width, geometry.height});
}

Job make_job(std::span<const AcceptedLight> lights, const Canvas& canvas, const IntegrateOptions& options) {
    const PlaneGeometry geometry = sampled_geometry(lights.front().light->format, options);
    const Rect whole{0, 0, canvas.width, canvas.height};
    Job job{lights, options, tested_sampling(options), geometry, whole, {}, {}, {}, {}};
    job.combine.fill(options.combine);
    for (std::size_t p = 0; p < 3; ++p) {
        job.combine[p].rejection.least_sigma = typical_sigma(lights, p);
        job.combine[p].rejection.sky_level = options.sky_level[p];
    }
    const Point middle{0.5 * canvas.width, 0.5 * canvas.height};
    for (const AcceptedLight& l : lights) {
        std::array<SkyTilt, 3> tilt;
        const Transform frame_from_canvas = l.ref_from_frame.inverse() * canvas.ref_from_canvas();
        for (std::size_t p = 0; p < 3; ++p) tilt[p] = l.tilt[p].over(frame_from_canvas, middle);
        job.tilt_on_canvas.push_back(tilt);
        job.bent.push_back(bent_positions(l, canvas, options, geometry, whole));
        job.planes_from_canvas.push_back(job.geometry.planes_from_frame() * l.ref_from_frame.inverse() *
                                         canvas.ref_from_canvas());
    }
    return job;
}

void sample_tested(TileScratch& scratch, const Job& job, std::span<const SampleTile> out, const Rect& tile,
                   const SampledLight& from) {
    const Rect region = sampled_region(from, tile, job.tested);
    if (!region.empty()) return sample_light(out, tile, region, from, job.tested, scratch.prepare);
    for (const SampleTile& plane : out) {  // a drop reaches in, no pixel's middle does
        for (int y = 0; y < tile.height; ++y) {
            std::ranges::fill(plane.value.row(y), std::numeric_limits<float>::quiet_NaN());
        }
    }
}

// Brings light `i` into its rows of `samples`. False when the tile sees nothing of it.
bool place_light(TileScratch& scratch, const Job& job, std::size_t i, const Rect& tile) {
    const AcceptedLight& l = job.lights[i];
    const PlaneGeometry& g = job.geometry;
    const SampledLight from{*l.light, l.demosaic, l.noise_adu, job.planes_from_canvas[i],
                            job.bent[i] ? &*job.bent[i] : nullptr};
    const Rect region = sampled_region(from, tile, job.options);
    if (region.empty()) return false;
    std::array<SampleTile, 3> out;
    std::array<FrameTile, 3> entry;
    const bool tests = job.options.drizzle && !job.tested.drizzle;
    std::array<SampleTile, 3> tested;
    const int row = static_cast<int>(scratch.warped.size()) * g.planes * tile.height;
    for (int p = 0; p < g.planes; ++p) {
        const auto k = static_cast<std::size_t>(p);
        const Rect rows{0, row + p * tile.height, tile.width, tile.height};
        out[k].value = scratch.samples.view().cropped(rows);
        if (job.options.drizzle) out[k].weight = scratch.weights.view().cropped(rows);
        if (tests) tested[k].value = scratch.tested.view().cropped(rows);
        entry[k] = {out[k].value,        l.scale[k],    l.offset[k],    l.weight[k],
                    l.noise_variance[k], out[k].weight, tested[k].value};
    }
    const auto planes = static_cast<std::size_t>(g.planes);
    try {
        sample_light(std::span(out).first(planes), tile, region, from, job.options, scratch.prepare);
        if (tests) sample_tested(scratch, job, std::span(tested).first(planes), tile, from);
    } catch (const std::exception& e) {
        throw LightLost(i, failure_of(e));
    }
    for (std::size_t p = 0; p < planes; ++p) {
        const SkyTilt& tilt = job.tilt_on_canvas[i][p];
        add_tilt(out[p].value, tile, tilt, static_cast<double>(l.scale[p]));
        if (tests) add_tilt(tested[p].value, tile, tilt, static_cast<double>(l.scale[p]));
    }
    scratch.warped.push_back(entry);
    return true;
}

void reshape(TileScratch& s, const Job& job, const Rect& tile) {
    s.warped.clear();
    s.samples.reshape(tile.width, static_cast<int>(job.lights.size()) * job.geometry.planes * tile.height);
    if (job.options.drizzle) s.weights.reshape(s.samples.width(), s.samples.height());
    if (job.options.drizzle && !job.tested.drizzle) s.tested.reshape(s.samples.width(), s.samples.height());
    s.value.reshape(tile.width, tile.height);
    s.variance.reshape(tile.width, tile.height);
    s.coverage.reshape(tile.width, tile.height);
    s.low.reshape(tile.width, tile.height);
    s.high.reshape(tile.width, tile.height);
}

void do_tile(TileScratch& s, const Job& job, const Rect& tile, std::array<TileCounts, 3>& counts,
             const std::function<void(const StackTile&)>& put) {
    // What grows into the tile comes from around it.
    const Rect around = intersected(grown(tile, grow_border(job.options.combine)), job.canvas);
    const Rect inside{tile.x - around.x, tile.y - around.y, tile.width, tile.height};
    reshape(s, job, around);
    for (std::size_t i = 0; i < job.lights.size(); ++i) place_light(s, job, i, around);
    for (int p = 0; p < job.geometry.planes; ++p) {
        const auto k = static_cast<std::size_t>(p);
        s.column.clear();
        for (const auto& light : s.warped) s.column.push_back(light[k]);
        const TileResult result{s.value.view(), s.variance.view(), s.coverage.view(), s.low.view(), s.high.view()};
        counts[k] += integrate_growing(result, s.column, job.combine[k], inside, s.combine, s.growing);
        put({tile, p, s.value.cview().cropped(inside), s.variance.cview().cropped(inside),
             s.coverage.cview().cropped(inside), s.low.cview().cropped(inside), s.high.cview().cropped(inside)});
    }
}

}  // namespace

SamplingOptions tested_sampling(const IntegrateOptions& options) {
    SamplingOptions tested = options;
    const bool on_drops =
        options.combine.combine == CombineKind::median || options.combine.rejection.kind == RejectKind::none;
    if (!options.drizzle || on_drops) return tested;
    tested.drizzle.reset();
    tested.demosaic = DemosaicKind::linear;  // a grid like that of the drops
    return tested;
}

std::array<TileCounts, 3> integrate_lights(std::span<const AcceptedLight> lights, const Canvas& canvas,
                                           const TilePlan& plan, const IntegrateOptions& options,
                                           const std::function<void(const StackTile&)>& put, Runner& runner,
                                           const std::function<void()>& done, const std::stop_token& stop) {
    const Job job = make_job(lights, canvas, options);
    std::array<TileCounts, 3> total;
    std::mutex total_mutex;
    std::atomic<std::size_t> next{0};
    Pool<TileScratch> pool;
    runner.run(plan.workers, 1, [&](int, int) {
        const auto scratch = pool.borrow();
        std::array<TileCounts, 3> mine;
        for (std::size_t i = next++; i < plan.tiles.size(); i = next++) {
            if (stop.stop_requested()) throw Interrupted();
            do_tile(*scratch, job, plan.tiles[i], mine, put);
            done();
        }
        const std::lock_guard lock(total_mutex);
        for (std::size_t p = 0; p < 3; ++p) total[p] += mine[p];
    });
    return total;
}

}  // namespace nightstack
