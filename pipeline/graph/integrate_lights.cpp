// SPDX-License-Identifier: MIT
#include "pipeline/graph/integrate_lights.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <vector>

#include "pipeline/core/pool.h"
#include "pipeline/graph/failure.h"
#include "pipeline/graph/prepare.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

struct TileScratch {
    PrepareScratch prepare;
    Image<float> samples;  // the tile of every light and plane, one below the other
    std::vector<std::array<FrameTile, 3>> warped;
    std::vector<FrameTile> column;
    CombineScratch combine;
    Image<float> value, variance;
    Image<std::uint16_t> coverage, low, high;
};

// What stays the same for all tiles.
struct Job {
    std::span<const AcceptedLight> lights;
    const IntegrateOptions& options;
    PlaneGeometry geometry;
    std::vector<Transform> planes_from_canvas;           // per light
    std::vector<std::array<SkyTilt, 3>> tilt_on_canvas;  // likewise
    std::array<CombineOptions, 3> combine;               // per plane: each has its own noise
};

// One value for the whole run, whatever a tile sees of it: half the lights are noisier.
double typical_sigma(std::span<const AcceptedLight> lights, std::size_t plane) {
    std::vector<float> variances;
    for (const AcceptedLight& l : lights) variances.push_back(l.noise_variance[plane]);
    return std::sqrt(static_cast<double>(median_in_place(variances)));
}

Job make_job(std::span<const AcceptedLight> lights, const Canvas& canvas, const IntegrateOptions& options) {
    Job job{lights, options, plane_geometry(lights.front().light->format, options.demosaic), {}, {}, {}};
    job.combine.fill(options.combine);
    for (std::size_t p = 0; p < 3; ++p) job.combine[p].rejection.least_sigma = typical_sigma(lights, p);
    const Point middle{0.5 * canvas.width, 0.5 * canvas.height};
    for (const AcceptedLight& l : lights) {
        std::array<SkyTilt, 3> tilt;
        const Transform frame_from_canvas = l.ref_from_frame.inverse() * canvas.ref_from_canvas();
        for (std::size_t p = 0; p < 3; ++p) tilt[p] = l.tilt[p].over(frame_from_canvas, middle);
        job.tilt_on_canvas.push_back(tilt);
        job.planes_from_canvas.push_back(job.geometry.planes_from_frame() * l.ref_from_frame.inverse() *
                                         canvas.ref_from_canvas());
    }
    return job;
}

// Warps light `i` into its rows of `samples`. False when the tile sees nothing of it.
bool warp_light(TileScratch& scratch, const Job& job, std::size_t i, const Rect& tile) {
    const AcceptedLight& l = job.lights[i];
    const PlaneGeometry& g = job.geometry;
    const Transform& t = job.planes_from_canvas[i];
    const Rect region = source_region(tile, t, job.options.warp, g.width, g.height);
    if (region.empty()) return false;
    PreparedPlanes source;
    try {
        source = prepare_planes(scratch.prepare, *l.light, region, job.options.demosaic, l.demosaic, l.noise_adu);
    } catch (const std::exception& e) {
        throw LightLost(i, failure_of(e));
    }
    std::array<ImageView<float>, 3> out;
    std::array<FrameTile, 3> entry;
    const int row = static_cast<int>(scratch.warped.size()) * g.planes * tile.height;
    for (int p = 0; p < g.planes; ++p) {
        const auto k = static_cast<std::size_t>(p);
        out[k] = scratch.samples.view().cropped({0, row + p * tile.height, tile.width, tile.height});
        entry[k] = {out[k], l.scale[k], l.offset[k], l.weight[k], l.noise_variance[k]};
    }
    const WarpSource from{source.views(), region, g.width, g.height};
    warp(std::span(out).first(static_cast<std::size_t>(g.planes)), tile, from, t, job.options.warp);
    for (std::size_t p = 0; p < static_cast<std::size_t>(g.planes); ++p) {
        add_tilt(out[p], tile, job.tilt_on_canvas[i][p], static_cast<double>(l.scale[p]));
    }
    scratch.warped.push_back(entry);
    return true;
}

void reshape(TileScratch& s, const Job& job, const Rect& tile) {
    s.warped.clear();
    s.samples.reshape(tile.width, static_cast<int>(job.lights.size()) * job.geometry.planes * tile.height);
    s.value.reshape(tile.width, tile.height);
    s.variance.reshape(tile.width, tile.height);
    s.coverage.reshape(tile.width, tile.height);
    s.low.reshape(tile.width, tile.height);
    s.high.reshape(tile.width, tile.height);
}

void do_tile(TileScratch& s, const Job& job, const Rect& tile, std::array<TileCounts, 3>& counts,
             const std::function<void(const StackTile&)>& put) {
    reshape(s, job, tile);
    for (std::size_t i = 0; i < job.lights.size(); ++i) warp_light(s, job, i, tile);
    for (int p = 0; p < job.geometry.planes; ++p) {
        const auto k = static_cast<std::size_t>(p);
        s.column.clear();
        for (const auto& light : s.warped) s.column.push_back(light[k]);
        const TileResult result{s.value.view(), s.variance.view(), s.coverage.view(), s.low.view(), s.high.view()};
        counts[k] += integrate_tile(result, s.column, job.combine[k], s.combine);
        put({tile, p, s.value.cview(), s.variance.cview(), s.coverage.cview(), s.low.cview(), s.high.cview()});
    }
}

}  // namespace

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
