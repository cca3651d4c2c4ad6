// SPDX-License-Identifier: MIT
#include "pipeline/sky/night.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/sky/random.h"

namespace nightstack::sky {

namespace {

constexpr std::uint64_t seeing_stream = 51;

double fwhm_of(const NightOptions& o, int index) {
    const double z = normal_at(stream_key(o.conditions_seed, seeing_stream, static_cast<std::uint64_t>(index)), 0);
    return o.optics.fwhm_px * std::clamp(1 + o.optics.fwhm_jitter * z, 0.6, 2.0);
}

}  // namespace

void NightOptions::check() const {
    if (frames < 1) throw OptionError("night: frames " + std::to_string(frames) + " is below 1");
    if (!(exposure_s >= 0)) throw OptionError("night: exposure_s " + std::to_string(exposure_s) + " is negative");
    sensor.check();
    optics.check();
    mount.check();
    atmosphere.check();
    anomalies.check();
}

SceneOptions scene_options_for(const NightOptions& options) {
    SceneOptions scene;
    scene.width = options.sensor.width;
    scene.height = options.sensor.height;
    scene.margin_px = margin_for(options.mount, scene.width, scene.height);
    // A barrel shows more of the scene than fits onto the ideal plane's frame.
    const double corner = RadialDistortion::about_middle(scene.width, scene.height, 0).radius_px;
    const double bent = corner * (options.optics.distortion_k1 + options.optics.distortion_k2);
    if (bent > 0) scene.margin_px += static_cast<int>(std::ceil(bent));
    return scene;
}

Night::Night(const NightOptions& options, Scene scene, Runner& runner)
    : options_((options.check(), options)), scene_(std::move(scene)), sensor_(options.sensor, runner) {
    check_scene(scene_);
}

FrameTruth Night::truth(int index) const {
    const NightOptions& o = options_;
    if (index < 0 || index >= o.frames) {
        throw OptionError("night: frame " + std::to_string(index) + " is not in 0.." + std::to_string(o.frames - 1));
    }
    const Pointing pointing = pointing_at(o.mount, width(), height(), o.frames, index, o.conditions_seed);
    const Air air = air_at(o.atmosphere, o.frames, index, o.conditions_seed);
    FrameTruth truth;
    truth.anomalies = anomalies_of(o.anomalies, index);
    const Cloud cloud = truth.anomalies.cloud.value_or(Cloud{index, 1, 1});
    truth.frame_from_scene = pointing.frame_from_scene;
    truth.lens = RadialDistortion::about_middle(width(), height(), o.optics.distortion_k1, o.optics.distortion_k2);
    truth.flipped = pointing.flipped;
    truth.fwhm_px = fwhm_of(o, index);
    truth.transparency = air.transparency * cloud.transparency;
    truth.sky_e = o.atmosphere.sky_e.times(air.sky_factor * cloud.sky_factor);
    truth.gradient_x = pointing.flipped ? -o.atmosphere.gradient_x : o.atmosphere.gradient_x;
    truth.gradient_y = pointing.flipped ? -o.atmosphere.gradient_y : o.atmosphere.gradient_y;
    truth.stars = stars_in_frame(scene_, truth, width(), height());
    return truth;
}

}  // namespace nightstack::sky
