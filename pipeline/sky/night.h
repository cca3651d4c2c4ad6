// SPDX-License-Identifier: MIT
// A whole night with known truth. Everything is a pure function of options and seeds: frame i comes
// out the same alone, in any order and with any number of threads.
//
// To render a night:
//   1. fill a NightOptions `o` (frames, exposure, o.sensor, o.optics, o.mount, o.atmosphere, o.anomalies);
//   2. take scene_options_for(o), set its seed and n_stars, and call make_scene() - or write a Scene by hand;
//   3. make a Runner (SerialRunner will do) and a Night(o, scene, runner): it builds the sensor's planes;
//   4. allocate one Image<uint16_t> of sensor size; it serves all frames;
//   5. for every index call render_light(image.view(), night, index, runner) (render.h) and write the image out;
//   6. night.truth(index) says where each star is, how wide, through what air, what went wrong;
//   7. render_dark, render_flat and render_bias give calibration frames of the same camera;
//   8. night.sensor() opens the dark current, the flat and the lists of hot and cold pixels;
//   9. render_noise_free() gives the electrons the noise was put on, per colour, with parts left out;
//  10. another noise_seed gives the same night with other noise; o.noise switches single sources off.
#pragma once

#include <cstdint>

#include "pipeline/core/runner.h"
#include "pipeline/sky/anomalies.h"
#include "pipeline/sky/atmosphere.h"
#include "pipeline/sky/frame_truth.h"
#include "pipeline/sky/mount.h"
#include "pipeline/sky/optics.h"
#include "pipeline/sky/readout.h"
#include "pipeline/sky/scene.h"
#include "pipeline/sky/sensor.h"

namespace nightstack::sky {

struct NightOptions {
    int frames = 20;
    double exposure_s = 15;
    std::uint64_t conditions_seed = 1;  // seeing, transparency and dither of each frame
    std::uint64_t noise_seed = 1;       // changes nothing but the noise
    SensorOptions sensor;
    OpticsOptions optics;
    MountOptions mount;
    AtmosphereOptions atmosphere;
    Anomalies anomalies;
    NoiseSwitches noise;

    void check() const;  // throws OptionError
};

// Width, height and a margin that covers all the mount will show; the rest is default.
SceneOptions scene_options_for(const NightOptions& options);

// Immutable after construction: read by any number of threads. Move-only.
class Night {
public:
    // Throws OptionError.
    Night(const NightOptions& options, Scene scene, Runner& runner);

    const NightOptions& options() const { return options_; }
    const Scene& scene() const { return scene_; }
    const SensorModel& sensor() const { return sensor_; }
    int width() const { return options_.sensor.width; }
    int height() const { return options_.sensor.height; }
    // 0 <= index < frames; throws OptionError otherwise.
    FrameTruth truth(int index) const;

private:
    NightOptions options_;
    Scene scene_;
    SensorModel sensor_;
};

}  // namespace nightstack::sky
