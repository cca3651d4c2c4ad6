// SPDX-License-Identifier: MIT
#include "pipeline/sky/render.h"

#include <string>

#include "pipeline/core/error.h"

namespace nightstack::sky {

namespace {

ExposureOptions exposure_of(const Night& night, int index) {
    if (index < 0) throw OptionError("render: frame " + std::to_string(index) + " is negative");
    const NightOptions& o = night.options();
    ExposureOptions exposure;
    exposure.dark_s = o.exposure_s;
    exposure.beta = o.optics.beta;
    exposure.noise_seed = o.noise_seed;
    exposure.number = static_cast<std::uint64_t>(index);
    exposure.noise = o.noise;
    return exposure;
}

}  // namespace

void render_light(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner) {
    render_light(out, night.scene(), night.truth(index), night.sensor(), exposure_of(night, index), runner);
}

void render_light(ImageView<float> out, const Night& night, int index, Runner& runner) {
    render_light(out, night.scene(), night.truth(index), night.sensor(), exposure_of(night, index), runner);
}

void render_dark(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner) {
    render_dark(out, night.sensor(), exposure_of(night, index), runner);
}

void render_bias(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner) {
    render_bias(out, night.sensor(), exposure_of(night, index), runner);
}

void render_flat(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner, double level) {
    render_flat(out, night.sensor(), exposure_of(night, index), runner, level);
}

void render_noise_free(ImageView<float> out, const Night& night, int index, const NoiseFreeOptions& options,
                       Runner& runner) {
    render_noise_free(out, night.scene(), night.truth(index), night.sensor(), exposure_of(night, index), options,
                      runner);
}

}  // namespace nightstack::sky
