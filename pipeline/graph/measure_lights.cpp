// SPDX-License-Identifier: MIT
#include "pipeline/graph/measure_lights.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/core/pool.h"
#include "pipeline/graph/failure.h"
#include "pipeline/graph/prepare.h"

namespace nightstack {
namespace {

// Stars within this share of the white level are bent by the sensor already.
constexpr double kLinearShare = 0.95;

// Of a small frame cells of the usual size would leave too few to fit a plane to what two frames share.
int mesh_cell_px(const StreamFormat& format) {
    constexpr int kRows = 8;
    return std::clamp(std::min(format.width, format.height) / kRows / 2 * 2, 32, 128);
}

Judgement useless(Reason reason, std::string text) {
    return {reason == Reason::black || reason == Reason::saturated ? Verdict::rejected : Verdict::failed,
            reason,
            std::move(text),
            {}};
}

std::string text_of(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
    return text;
}

struct LoadedPlane {
    ImageView<const float> pixels;
    bool was_final = false;  // what read_repaired showed was not changed any more
};

// Reads one plane, notes its top, gives it calibrated. Nothing when there is nothing in it to measure.
std::optional<LoadedPlane> load_plane(LightMeasurement& m, const Light& light, MeasureScratch& scratch, int plane,
                                      const RowsDone& look = {}) {
    const WholePlane read = read_repaired(scratch.prepare, light, plane, look);
    const TopOfRange& top = read.top;
    const auto pixels = static_cast<std::size_t>(light.format.width) * static_cast<std::size_t>(light.format.height);
    if (top.finite < pixels / 2) {
        m.judgement = useless(Reason::black, std::to_string(pixels - top.finite) + " of " + std::to_string(pixels) +
                                                 " pixels are undefined (NaN or infinite)");
        return std::nullopt;
    }
    m.highest_adu = std::max(m.highest_adu, static_cast<double>(top.highest));
    if (top.lowest == top.highest || top.at_highest > pixels / 2) {
        const bool dark = !(top.highest > 0) || (m.white_adu && top.highest < *m.white_adu);
        m.judgement = useless(dark ? Reason::black : Reason::saturated, std::to_string(100 * top.at_highest / pixels) +
                                                                            " % of the pixels have the same value " +
                                                                            text_of(top.highest));
        return std::nullopt;
    }
    if (top.piles_up()) m.white_adu = std::max(m.white_adu.value_or(0), static_cast<double>(top.highest));
    const bool filter = light.calibration->filter_impulses;
    const ImageView<const float> done = finish_repaired(scratch.prepare, read, light, /*noise_adu=*/std::nullopt);
    if (filter) m.noise_adu = std::max(m.noise_adu, scratch.prepare.noise_adu);
    return LoadedPlane{done, read.all_finite && !filter};
}

// Sky mesh and smoothing look at rows as they are read, unless pixels change after that.
void measure_single(LightMeasurement& m, const Light& light, MeasureScratch& scratch, Runner& runner,
                    DetectOptions options) {
    const StreamFormat& format = light.format;
    SkyMeshSampler& mesh = scratch.sky_mesh;
    options.mosaic = format.kind == PixelKind::cfa;
    mesh.begin(format.width, format.height, format.cfa, mesh_cell_px(format));
    begin_rows(scratch.detect, format.width, format.height, options);
    const RowsDone look = [&](ImageView<const float> plane, int rows) {
        mesh.add_rows(plane, rows);
        add_rows(scratch.detect, plane, rows);
    };
    const bool may_change = light.calibration->filter_impulses;
    const std::optional<LoadedPlane> plane = load_plane(m, light, scratch, 0, may_change ? RowsDone() : look);
    if (!plane) return;
    if (m.white_adu) {
        options.saturation_adu = static_cast<float>(kLinearShare * (*m.white_adu - light.calibration->offset_adu));
    }
    m.sky = plane_sky(plane->pixels, format.cfa).of;
    if (plane->was_final) {
        m.report = find_stars_in_rows(m.stars, plane->pixels, options, runner, scratch.detect);
    } else {
        mesh.begin(format.width, format.height, format.cfa, mesh_cell_px(format));
        mesh.add_rows(plane->pixels, format.height);
        m.report = find_stars(m.stars, plane->pixels, options, runner, scratch.detect);
    }
    m.sky_mesh = mesh.finish();
}

void measure_colour(LightMeasurement& m, const Light& light, MeasureScratch& scratch, Runner& runner,
                    DetectOptions options) {
    for (int p = 0; p < 3; ++p) {
        const std::optional<LoadedPlane> loaded = load_plane(m, light, scratch, p);
        if (!loaded) return;
        const ImageView<const float> plane = loaded->pixels;
        Image<float>& kept = scratch.planes[static_cast<std::size_t>(p)];
        kept.reshape(plane.width(), plane.height());
        for (int y = 0; y < plane.height(); ++y) std::copy_n(plane.row_data(y), plane.width(), kept.view().row_data(y));
        m.sky[static_cast<std::size_t>(p)] = plane_sky(kept.cview()).of[0];
        SkyMesh mesh = measure_sky_mesh(kept.cview(), std::nullopt, mesh_cell_px(light.format));
        if (p == 0) m.sky_mesh = mesh;
        m.sky_mesh.colours = 3;
        m.sky_mesh.level[static_cast<std::size_t>(p)] = std::move(mesh.level[0]);
    }
    if (m.white_adu) {
        options.saturation_adu = static_cast<float>(kLinearShare * (*m.white_adu - light.calibration->offset_adu));
    }
    m.report = find_stars(m.stars, scratch.planes[0].cview(), scratch.planes[1].cview(), scratch.planes[2].cview(),
                          options, runner, scratch.detect);
}

// A frame of one value is white only if no other frame goes far beyond it; alone it cannot know.
void tell_black_from_white(std::vector<LightMeasurement>& all) {
    constexpr double kShareOfWhite = 0.5;
    double highest = 0;
    for (const LightMeasurement& m : all) highest = std::max(highest, m.highest_adu);
    for (LightMeasurement& m : all) {
        if (m.judgement.reason == Reason::saturated && m.highest_adu > 0 && m.highest_adu < kShareOfWhite * highest) {
            m.judgement.reason = Reason::black;
        }
    }
}

}  // namespace

LightMeasurement measure_light(const Light& light, MeasureScratch& scratch, Runner& runner) {
    LightMeasurement m;
    if (light.settled) {
        m.judgement = *light.settled;
        return m;
    }
    try {
        if (light.format.kind == PixelKind::rgb) {
            measure_colour(m, light, scratch, runner, {});
        } else {
            measure_single(m, light, scratch, runner, {});
        }
        if (m.usable() && m.stars.empty()) {
            m.judgement = {Verdict::rejected, Reason::no_stars, "no stars found", {}};
        }
    } catch (const std::exception& e) {
        m.judgement = failure_of(e);
    }
    return m;
}

std::vector<LightMeasurement> measure_lights(std::span<const Light> lights, Runner& runner, int workers,
                                             const std::function<void()>& done, const std::stop_token& stop) {
    std::vector<LightMeasurement> all(lights.size());
    Pool<MeasureScratch> pool;
    const int n = static_cast<int>(lights.size());
    // `workers` chains instead of n free tasks: so many scratch sets exist and no more.
    std::atomic<int> next{0};
    runner.run(std::min(workers, n), 1, [&](int, int) {
        const auto scratch = pool.borrow();
        for (int i = next++; i < n; i = next++) {
            if (stop.stop_requested()) throw Interrupted();
            const auto k = static_cast<std::size_t>(i);
            SerialRunner serial;  // frames run in parallel, one per thread
            all[k] = measure_light(lights[k], *scratch, serial);
            done();
        }
    });
    tell_black_from_white(all);
    return all;
}

LightMeasurement measure_light(const Light& light) {
    MeasureScratch scratch;
    SerialRunner serial;
    return measure_light(light, scratch, serial);
}

std::size_t measure_bytes(const StreamFormat& format) {
    const auto pixels = static_cast<std::size_t>(format.width) * static_cast<std::size_t>(format.height);
    // raw, filtered, luminance, and for colour pictures three planes and their mix
    const std::size_t planes = format.kind == PixelKind::rgb ? 7 : 3;
    return planes * pixels * sizeof(float) + (std::size_t{16} << 20);
}

}  // namespace nightstack
