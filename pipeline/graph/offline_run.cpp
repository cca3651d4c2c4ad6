// SPDX-License-Identifier: MIT
#include "pipeline/graph/offline_run.h"

#include <algorithm>
#include <string>
#include <utility>

#include "pipeline/core/megabytes.h"
#include "pipeline/graph/apply_figures.h"
#include "pipeline/graph/noise_gain.h"
#include "pipeline/graph/prepare.h"
#include "pipeline/graph/probe_lights.h"

namespace nightstack {
namespace {

[[noreturn]] void refuse_memory(const char* what, std::size_t need, std::size_t have) {
    throw OptionError(std::string("--memory is too small: ") + what + " needs " + megabytes(need) + ", " +
                      megabytes(have) + " are left for it");
}

const StreamFormat& common_format(std::span<const Light> lights) {
    for (const Light& light : lights) {
        if (!light.settled) return light.format;
    }
    return lights.front().format;
}

std::vector<LightMeasurement> measure(std::span<const Light> lights, const OfflineOptions& options, Runner& runner,
                                      const PhaseProgress& progress, const std::stop_token& stop) {
    const std::size_t need = measure_bytes(common_format(lights));
    if (need > options.memory_bytes) refuse_memory("measuring one frame", need, options.memory_bytes);
    const auto workers = std::min<std::size_t>(options.memory_bytes / need, static_cast<std::size_t>(runner.threads()));
    return measure_lights(lights, runner, static_cast<int>(workers),
                          progress("measuring", "frames", static_cast<int>(lights.size())), stop);
}

std::vector<std::size_t> accepted_lights(const RegisteredNight& night) {
    std::vector<std::size_t> accepted;
    for (std::size_t i = 0; i < night.lights.size(); ++i) {
        if (night.lights[i].judgement.verdict == Verdict::stacked) accepted.push_back(i);
    }
    return accepted;
}

StackSummary summary_of(std::span<const LightMeasurement> measured, const RegisteredNight& night) {
    StackSummary summary;
    summary.reference = night.reference;
    summary.model = night.model;
    summary.lens = night.lens;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        const RegisteredLight& light = night.lights[i];
        summary.lights.push_back({light.judgement, light.figures, light.ref_from_frame, {}, {}});
        summary.white_adu = std::max(summary.white_adu, measured[i].highest_adu);
    }
    count_verdicts(summary);
    return summary;
}

TilePlan plan(const StackSummary& summary, std::size_t frames, const OfflineOptions& options, int border,
              Runner& runner) {
    const int layers = options.integrate.drizzle ? 3 * summary.planes : summary.planes;  // weights, tested samples
    const std::size_t least = minimum_tile_bytes(static_cast<int>(frames), layers);
    if (least > options.memory_bytes) refuse_memory("the smallest tile", least, options.memory_bytes);
    return plan_tiles(summary.canvas.width, summary.canvas.height, static_cast<int>(frames), layers, runner.threads(),
                      options.memory_bytes, border);
}

void take_counts(StackSummary& summary, const std::array<TileCounts, 3>& counts) {
    for (std::size_t p = 0; p < static_cast<std::size_t>(summary.planes); ++p) {
        if (counts[p].samples == 0) continue;
        const double percent = 100.0 / static_cast<double>(counts[p].samples);
        summary.low_percent[p] = percent * static_cast<double>(counts[p].rejected_low);
        summary.high_percent[p] = percent * static_cast<double>(counts[p].rejected_high);
    }
}

// One try with the lights accepted now. Throws LightLost.
StackSummary integrate(std::span<const Light> lights, std::span<const LightMeasurement> measured,
                       const RegisteredNight& night, const std::vector<std::size_t>& accepted,
                       const OfflineOptions& options, const StackSink& sink, Runner& runner,
                       const PhaseProgress& progress, const std::stop_token& stop) {
    StackSummary summary = summary_of(measured, night);
    const StreamFormat& format = common_format(lights);
    const PlaneGeometry geometry = sampled_geometry(format, options.integrate);
    std::vector<Transform> transforms;
    for (const std::size_t i : accepted) transforms.push_back(*night.lights[i].ref_from_frame);
    summary.planes = geometry.planes;
    summary.canvas = plan_canvas(transforms, format.width, format.height, options.framing,
                                 geometry.scale * options.scale, night.lens);
    std::vector<AcceptedLight> ready =
        apply_figures(lights, measured, night, accepted, geometry.planes, options.normalisation, options.weights);
    const auto gain = [&](const SamplingOptions& sampling) {
        return noise_gain(format, measured[*night.reference].sky, ready.front().demosaic, sampling, options.scale);
    };
    apply_noise_gain(ready, gain(options.integrate), gain(tested_sampling(options.integrate)));
    for (std::size_t k = 0; k < accepted.size(); ++k) {
        std::copy(ready[k].weight.begin(), ready[k].weight.end(), summary.lights[accepted[k]].weight.begin());
    }
    IntegrateOptions how = options.integrate;
    how.lens = night.lens;
    how.combine.rejection.object_share = core_scatter(measured, accepted);
    for (std::size_t p = 0; p < 3; ++p) how.sky_level[p] = measured[*night.reference].sky[p].level;
    how.combine.grow_px = summary.grow_px = grow_px_for(options.integrate.combine.grow_px, accepted.size());
    const TilePlan tiles = plan(summary, accepted.size(), options, grow_border(how.combine), runner);
    sink.begin(summary);
    take_counts(summary,
                integrate_lights(ready, summary.canvas, tiles, how, sink.tile, runner,
                                 progress("integrating", "tiles", static_cast<int>(tiles.tiles.size())), stop));
    return summary;
}

// The reference may go as well: its star list and transform are still good.
void mark_lost(RegisteredLight& light, Judgement judgement) {
    judgement.limits = std::move(light.judgement.limits);
    light.judgement = std::move(judgement);
    light.ref_from_frame.reset();
}

// The light that got lost, and all others that cannot be read any more either.
void take_out(RegisteredNight& night, std::span<const Light> lights, std::vector<std::size_t> accepted,
              const LightLost& lost, Runner& runner, const std::stop_token& stop) {
    mark_lost(night.lights[accepted[lost.position()]], lost.judgement());
    accepted.erase(accepted.begin() + static_cast<std::ptrdiff_t>(lost.position()));
    const std::vector<std::optional<Judgement>> unreadable = probe_lights(lights, accepted, runner, stop);
    for (std::size_t k = 0; k < accepted.size(); ++k) {
        if (unreadable[k]) mark_lost(night.lights[accepted[k]], *unreadable[k]);
    }
}

}  // namespace

StackSummary run_offline(std::span<const Light> lights, const OfflineOptions& options, const StackSink& sink,
                         Runner& runner, const PhaseProgress& progress, const std::stop_token& stop) {
    if (lights.empty()) return {};
    const std::vector<LightMeasurement> measured = measure(lights, options, runner, progress, stop);
    const auto begin_try = [&] { return progress("registering", "frames", static_cast<int>(lights.size())); };
    RegisteredNight night = register_lights(lights, measured, options.registration, runner, begin_try, stop);
    for (;;) {
        const std::vector<std::size_t> accepted = accepted_lights(night);
        if (!night.reference || accepted.empty()) {
            StackSummary nothing = summary_of(measured, night);
            nothing.reference.reset();
            return nothing;
        }
        try {
            return integrate(lights, measured, night, accepted, options, sink, runner, progress, stop);
        } catch (const LightLost& lost) {
            take_out(night, lights, accepted, lost, runner, stop);
        }
    }
}

}  // namespace nightstack
