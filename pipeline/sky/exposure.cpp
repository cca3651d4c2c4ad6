// SPDX-License-Identifier: MIT
#include "pipeline/sky/exposure.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/sky/random.h"

namespace nightstack::sky {

namespace {

using Row = std::vector<double>;

template <class T>
void check_size(ImageView<T> out, const SensorModel& sensor, const ExposureOptions& options) {
    const SensorOptions& s = sensor.options();
    const int n = options.binning;
    if (n != 1 && n != 2) throw OptionError("render: binning " + std::to_string(n) + " is not 1 or 2");
    if (n == 2 && (s.width % 4 != 0 || s.height % 4 != 0)) {
        throw OptionError("render: a sensor of " + std::to_string(s.width) + "x" + std::to_string(s.height) +
                          " is not divisible by 4");
    }
    if (out.same_size(s.width / n, s.height / n)) return;
    throw OptionError("render: image is " + std::to_string(out.width()) + "x" + std::to_string(out.height()) +
                      ", the sensor " + std::to_string(s.width / n) + "x" + std::to_string(s.height / n));
}

// The rows of the sensor whose sum is row y, and likewise the columns: two of the same colour.
int first_of_sum(int y) { return 4 * (y >> 1) + (y & 1); }

// Runs `fill(row, y)` for the expected electrons of each row of the sensor and hands each row of the image to
// `use(row, y)`. What a pixel cannot hold it does not give to a sum.
template <class Fill, class Use>
void each_row(const SensorModel& sensor, int binning, double full_e, Runner& runner, Fill fill, Use use) {
    const auto width = static_cast<std::size_t>(sensor.options().width);
    const int rows = sensor.options().height / binning;
    parallel_rows(runner, rows, [&](int y) {
        Row row(width, 0.0);
        if (binning == 1) {
            fill(row.data(), y);
            return use(row, y);
        }
        Row sum(width / 2, 0.0);
        for (int i = 0; i < 2; ++i) {
            std::fill(row.begin(), row.end(), 0.0);
            fill(row.data(), first_of_sum(y) + 2 * i);
            for (std::size_t x = 0; x < sum.size(); ++x) {
                const double* pair = row.data() + first_of_sum(static_cast<int>(x));
                sum[x] += std::min(pair[0], full_e) + std::min(pair[2], full_e);
            }
        }
        use(sum, y);
    });
}

template <class T, class Fill>
void expose(ImageView<T> out, const SensorModel& sensor, const ExposureOptions& o, Exposure kind, Runner& runner,
            Fill fill) {
    const std::uint64_t key = stream_key(o.noise_seed, static_cast<std::uint64_t>(kind), o.number);
    const SensorOptions& figures = o.converter ? *o.converter : sensor.options();
    const Converter converter = converter_of(figures, o.binning);
    const double full_e = std::min(figures.full_well_e, figures.range_e());
    each_row(sensor, o.binning, full_e, runner, fill, [&](const Row& row, int y) {
        read_out(out.row_data(y), row.data(), out.width(), y, converter, o.noise, key);
    });
}

template <class T>
void fill_rows(ImageView<T> out, int begin, int end, T value) {
    for (int y = begin; y < end; ++y) std::fill_n(out.row_data(y), out.width(), value);
}

template <class T>
void light(ImageView<T> out, const Scene& scene, const FrameTruth& truth, const SensorModel& sensor,
           const ExposureOptions& o, Runner& runner) {
    check_size(out, sensor, o);
    check_scene(scene);
    const SensorOptions& s = sensor.options();
    const std::optional<DefectKind> defect = truth.anomalies.defect;
    if (defect == DefectKind::zero) return fill_rows<T>(out, 0, out.height(), 0);
    if (defect == DefectKind::saturated) {
        const Converter c = converter_of(o.converter ? *o.converter : s, o.binning);
        return fill_rows<T>(out, 0, out.height(), static_cast<T>(c.top_adu * c.scale));
    }
    const LightField field(s.width, s.height, o.beta, scene, truth, LightParts{});
    const bool capped = defect == DefectKind::capped;
    expose(out, sensor, o, Exposure::light, runner, [&](double* row, int y) {
        if (!capped) {
            field.add_row(row, y, row_bands(s.cfa, y));
            apply_response(row, y, sensor, o.noise.defects);
        }
        add_dark(row, y, sensor, o.dark_s, o.noise);
    });
    if (defect == DefectKind::half_read) fill_rows<T>(out, out.height() / 2, out.height(), 0);
}

}  // namespace

void render_light(ImageView<std::uint16_t> out, const Scene& scene, const FrameTruth& truth, const SensorModel& sensor,
                  const ExposureOptions& options, Runner& runner) {
    light(out, scene, truth, sensor, options, runner);
}

void render_light(ImageView<float> out, const Scene& scene, const FrameTruth& truth, const SensorModel& sensor,
                  const ExposureOptions& options, Runner& runner) {
    light(out, scene, truth, sensor, options, runner);
}

void render_dark(ImageView<std::uint16_t> out, const SensorModel& sensor, const ExposureOptions& options,
                 Runner& runner) {
    check_size(out, sensor, options);
    expose(out, sensor, options, Exposure::dark, runner,
           [&](double* row, int y) { add_dark(row, y, sensor, options.dark_s, options.noise); });
}

void render_bias(ImageView<std::uint16_t> out, const SensorModel& sensor, const ExposureOptions& options,
                 Runner& runner) {
    check_size(out, sensor, options);
    expose(out, sensor, options, Exposure::bias, runner, [](double*, int) {});
}

void render_flat(ImageView<std::uint16_t> out, const SensorModel& sensor, const ExposureOptions& options,
                 Runner& runner, double level) {
    check_size(out, sensor, options);
    if (!(level >= 0 && level <= 1))
        throw OptionError("render: flat level " + std::to_string(level) + " is not in 0..1");
    const SensorOptions& s = options.converter ? *options.converter : sensor.options();
    const double light_e = level * std::min(s.full_well_e, s.range_e());
    expose(out, sensor, options, Exposure::flat, runner, [&](double* row, int y) {
        std::fill_n(row, sensor.options().width, light_e);
        apply_response(row, y, sensor, options.noise.defects);
    });
}

void render_noise_free(ImageView<float> out, const Scene& scene, const FrameTruth& truth, const SensorModel& sensor,
                       const ExposureOptions& o, const NoiseFreeOptions& wanted, Runner& runner) {
    check_size(out, sensor, o);
    check_scene(scene);
    const SensorOptions& s = sensor.options();
    const LightField field(s.width, s.height, o.beta, scene, truth, wanted.light);
    const auto fill = [&](double* row, int y) {
        const RowBands bands = wanted.plane ? RowBands{wanted.plane, wanted.plane} : row_bands(s.cfa, y);
        field.add_row(row, y, bands);
        if (wanted.response) apply_response(row, y, sensor, o.noise.defects);
        if (wanted.dark) add_dark(row, y, sensor, o.dark_s, o.noise);
    };
    each_row(sensor, o.binning, HUGE_VAL, runner, fill, [&](const Row& row, int y) {
        std::transform(row.begin(), row.end(), out.row_data(y), [](double e) { return static_cast<float>(e); });
    });
}

}  // namespace nightstack::sky
