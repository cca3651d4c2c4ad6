// SPDX-License-Identifier: MIT
#include "pipeline/sky/render.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/sky/random.h"
#include "pipeline/sky/readout.h"

namespace nightstack::sky {

namespace {

template <class T>
void check_size(ImageView<T> out, const Night& night) {
    if (out.same_size(night.width(), night.height())) return;
    throw OptionError("render: image is " + std::to_string(out.width()) + "x" + std::to_string(out.height()) +
                      ", the sensor " + std::to_string(night.width()) + "x" + std::to_string(night.height()));
}

void check_index(int index) {
    if (index < 0) throw OptionError("render: frame " + std::to_string(index) + " is negative");
}

// Runs `fill(row, y)` for the expected electrons of each row and reads the row out.
template <class T, class Fill>
void expose(ImageView<T> out, const Night& night, Exposure kind, int index, Runner& runner, Fill fill) {
    const NightOptions& o = night.options();
    const std::uint64_t key =
        stream_key(o.noise_seed, static_cast<std::uint64_t>(kind), static_cast<std::uint64_t>(index));
    parallel_rows(runner, night.height(), [&](int y) {
        std::vector<double> row(static_cast<std::size_t>(night.width()), 0.0);
        fill(row.data(), y);
        read_out(out.row_data(y), row.data(), y, o.sensor, o.noise, key);
    });
}

template <class T>
void fill_rows(ImageView<T> out, int begin, int end, T value) {
    for (int y = begin; y < end; ++y) std::fill_n(out.row_data(y), out.width(), value);
}

template <class T>
void light(ImageView<T> out, const Night& night, int index, Runner& runner) {
    check_size(out, night);
    const NightOptions& o = night.options();
    const FrameTruth truth = night.truth(index);
    const std::optional<DefectKind> defect = truth.anomalies.defect;
    if (defect == DefectKind::zero) return fill_rows<T>(out, 0, out.height(), 0);
    if (defect == DefectKind::saturated) {
        return fill_rows<T>(out, 0, out.height(), static_cast<T>(o.sensor.white_level()));
    }
    const LightField field(night, truth, LightParts{});
    const bool capped = defect == DefectKind::capped;
    expose(out, night, Exposure::light, index, runner, [&](double* row, int y) {
        if (!capped) {
            field.add_row(row, y, row_bands(o.sensor.cfa, y));
            apply_response(row, y, night.sensor(), o.noise.defects);
        }
        add_dark(row, y, night.sensor(), o.exposure_s, o.noise);
    });
    if (defect == DefectKind::half_read) fill_rows<T>(out, out.height() / 2, out.height(), 0);
}

}  // namespace

void render_light(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner) {
    light(out, night, index, runner);
}

void render_light(ImageView<float> out, const Night& night, int index, Runner& runner) {
    light(out, night, index, runner);
}

void render_dark(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner) {
    check_size(out, night);
    check_index(index);
    expose(out, night, Exposure::dark, index, runner, [&](double* row, int y) {
        add_dark(row, y, night.sensor(), night.options().exposure_s, night.options().noise);
    });
}

void render_bias(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner) {
    check_size(out, night);
    check_index(index);
    expose(out, night, Exposure::bias, index, runner, [](double*, int) {});
}

void render_flat(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner, double level) {
    check_size(out, night);
    check_index(index);
    if (!(level >= 0 && level <= 1))
        throw OptionError("render: flat level " + std::to_string(level) + " is not in 0..1");
    const SensorOptions& s = night.options().sensor;
    const double range_e = ((1 << s.bits) - 1 - s.pedestal_adu) * s.gain_e_per_adu;
    const double light_e = level * std::min(s.full_well_e, range_e);
    expose(out, night, Exposure::flat, index, runner, [&](double* row, int y) {
        std::fill_n(row, night.width(), light_e);
        apply_response(row, y, night.sensor(), night.options().noise.defects);
    });
}

void render_noise_free(ImageView<float> out, const Night& night, int index, const NoiseFreeOptions& options,
                       Runner& runner) {
    check_size(out, night);
    const NightOptions& o = night.options();
    const LightField field(night, night.truth(index), options.light);
    parallel_rows(runner, night.height(), [&](int y) {
        std::vector<double> row(static_cast<std::size_t>(night.width()), 0.0);
        const RowBands bands = options.plane ? RowBands{options.plane, options.plane} : row_bands(o.sensor.cfa, y);
        field.add_row(row.data(), y, bands);
        if (options.response) apply_response(row.data(), y, night.sensor(), o.noise.defects);
        if (options.dark) add_dark(row.data(), y, night.sensor(), o.exposure_s, o.noise);
        float* to = out.row_data(y);
        for (int x = 0; x < night.width(); ++x) to[x] = static_cast<float>(row[static_cast<std::size_t>(x)]);
    });
}

}  // namespace nightstack::sky
