// SPDX-License-Identifier: MIT
#include "tests/pipeline/graph/rendered_night.h"

#include <algorithm>
#include <atomic>
#include <utility>

namespace nightstack {
namespace {

sky::Scene scene_for(const sky::NightOptions& options, int stars, std::uint64_t seed) {
    sky::SceneOptions scene = sky::scene_options_for(options);
    scene.seed = seed;
    scene.n_stars = stars;
    scene.faintest_e = 2000;
    scene.brightest_e = 2e5;
    scene.n_galaxies = 0;
    scene.n_nebula_clumps = 0;
    return sky::make_scene(scene);
}

template <class T>
void copy_into(ImageView<T> plane, ImageView<const T> piece, const Rect& where) {
    for (int y = 0; y < where.height; ++y) {
        std::copy_n(piece.row_data(y), where.width, plane.row_data(where.y + y) + where.x);
    }
}

template <class T>
bool same_planes(const std::vector<Image<T>>& a, const std::vector<Image<T>>& b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (!same_bits(a[i].cview(), b[i].cview())) return false;
    }
    return true;
}

}  // namespace

sky::NightOptions quiet_night(int frames, int width, int height) {
    sky::NightOptions o;
    o.frames = frames;
    o.sensor.width = width;
    o.sensor.height = height;
    o.sensor.bits = 16;
    o.sensor.adc_scale = 1;
    o.sensor.full_well_e = 60000;
    o.sensor.dark_current_e_per_s = 0;
    o.sensor.dark_spread = 0;
    o.sensor.hot_pixels = 0;
    o.sensor.cold_pixels = 0;
    o.sensor.vignetting = 0;
    o.sensor.pixel_response = 0;
    o.optics.fwhm_jitter = 0;
    o.mount = {0, 0, 0, 0, false};
    o.atmosphere.gradient_x = 0;
    o.atmosphere.gradient_y = 0;
    o.atmosphere.rise = 0;
    o.atmosphere.transparency_spread = 0;
    return o;
}

sky::NightOptions moving_night(int frames, int width, int height) {
    sky::NightOptions o = quiet_night(frames, width, height);
    o.mount = {10, -6, 1.5, 5, true};
    o.anomalies.trails = {{1, {-10, 40}, {330, 120}, 300, 3}};
    o.sensor.hot_pixels = 20;
    return o;
}

sky::NightOptions troubled_night(int frames, std::mt19937& dice) {
    sky::NightOptions o = quiet_night(frames, 240, 160);
    o.noise_seed = dice();
    o.mount = {8, -5, 1, 3, dice() % 2 == 0};
    for (int i = 0; i < frames; ++i) {
        if (dice() % 3 == 0) o.anomalies.defects.push_back({i, static_cast<sky::DefectKind>(dice() % 4)});
        if (dice() % 5 == 0) o.anomalies.clouds.push_back({i, 0.3, 1.5});
        if (dice() % 5 == 0) o.anomalies.shakes.push_back({i, 9, 1});
    }
    return o;
}

RenderedNight::RenderedNight(const sky::NightOptions& options, int stars, std::uint64_t seed)
    : RenderedNight(options, scene_for(options, stars, seed)) {}

RenderedNight::RenderedNight(const sky::NightOptions& options, sky::Scene scene) {
    SerialRunner serial;
    night_ = std::make_unique<sky::Night>(options, std::move(scene), serial);
    for (int i = 0; i < options.frames; ++i) {
        frames_.emplace_back(options.sensor.width, options.sensor.height);
        sky::render_light(frames_.back().view(), *night_, i, serial);
    }
}

StreamFormat RenderedNight::format() const {
    const sky::SensorOptions& s = night_->options().sensor;
    return {s.width, s.height, s.cfa ? PixelKind::cfa : PixelKind::mono, s.cfa};
}

std::vector<Light> RenderedNight::lights() const {
    std::vector<Light> lights;
    for (std::size_t i = 0; i < frames_.size(); ++i) {
        lights.push_back(light_of(frame(i), format(), "light" + std::to_string(i)));
    }
    return lights;
}

Light light_of(ImageView<const float> picture, const StreamFormat& format, const std::string& name) {
    Light light;
    light.name = name;
    light.format = format;
    light.read = [picture](ImageView<float> out, Rect region, int) {
        for (int y = 0; y < region.height; ++y) {
            std::copy_n(picture.row_data(region.y + y) + region.x, region.width, out.row_data(y));
        }
    };
    return light;
}

bool Stack::same_pixels(const Stack& other) const {
    return same_planes(value, other.value) && same_planes(variance, other.variance) &&
           same_planes(coverage, other.coverage) && same_planes(low, other.low) && same_planes(high, other.high);
}

PhaseProgress no_progress() {
    return [](const char*, const char*, int) { return std::function<void()>([] {}); };
}

std::vector<Light> calibrated_by(const Calibration& calibration, std::span<const Light> lights) {
    std::vector<Light> mine(lights.begin(), lights.end());
    for (Light& light : mine) light.calibration = &calibration;
    return mine;
}

StackSink keeper(Stack& stack) {
    StackSink sink;
    sink.begin = [&stack](const StackSummary& s) {
        ++stack.begins;
        const auto fresh = [&](auto& planes) {
            planes.clear();
            for (int p = 0; p < s.planes; ++p) planes.emplace_back(s.canvas.width, s.canvas.height);
        };
        fresh(stack.value);
        fresh(stack.variance);
        fresh(stack.coverage);
        fresh(stack.low);
        fresh(stack.high);
    };
    sink.tile = [&stack](const StackTile& t) {
        const auto p = static_cast<std::size_t>(t.plane);
        copy_into(stack.value[p].view(), t.value, t.tile);
        copy_into(stack.variance[p].view(), t.variance, t.tile);
        copy_into(stack.coverage[p].view(), t.coverage, t.tile);
        copy_into(stack.low[p].view(), t.low, t.tile);
        copy_into(stack.high[p].view(), t.high, t.tile);
    };
    return sink;
}

Stack run_night(std::span<const Light> lights, const OfflineOptions& options, Runner& runner,
                const std::stop_token& stop) {
    Stack stack;
    stack.summary = run_offline(lights, options, keeper(stack), runner, no_progress(), stop);
    return stack;
}

Stack run_night(std::span<const Light> lights, const OfflineOptions& options) {
    ThreadRunner runner(2);
    return run_night(lights, options, runner);
}

Stack stream_night(std::span<const Light> lights, const StreamOptions& options, Runner& runner,
                   const std::stop_token& stop) {
    Stack stack;
    stack.summary = run_stream(lights, options, keeper(stack), runner, no_progress(), stop);
    return stack;
}

Stack stream_night(std::span<const Light> lights, const StreamOptions& options) {
    ThreadRunner runner(2);
    return stream_night(lights, options, runner);
}

}  // namespace nightstack
