// SPDX-License-Identifier: MIT
#include "pipeline/sky/readout.h"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "pipeline/sky/random.h"

namespace nightstack::sky {

namespace {

// The part of a list sorted by (y, x) that lies in row y.
template <class Pixel>
auto in_row(const std::vector<Pixel>& list, int y) {
    return std::equal_range(list.begin(), list.end(), Pixel{0, y, 0},
                            [](const Pixel& a, const Pixel& b) { return a.y < b.y; });
}

}  // namespace

void apply_response(double* row, int y, const SensorModel& sensor, bool defects) {
    const float* flat = sensor.flat().row_data(y);
    const int width = sensor.options().width;
    for (int x = 0; x < width; ++x) row[x] *= static_cast<double>(flat[x]);
    if (!defects) return;
    const auto [begin, end] = in_row(sensor.cold_pixels(), y);
    for (auto cold = begin; cold != end; ++cold) row[cold->x] *= cold->response;
}

void add_dark(double* row, int y, const SensorModel& sensor, double dark_s, const NoiseSwitches& noise) {
    if (noise.dark) {
        const float* current = sensor.dark_current().row_data(y);
        const int width = sensor.options().width;
        for (int x = 0; x < width; ++x) row[x] += static_cast<double>(current[x]) * dark_s;
    }
    if (!noise.defects) return;
    const auto [begin, end] = in_row(sensor.hot_pixels(), y);
    for (auto hot = begin; hot != end; ++hot) row[hot->x] += hot->extra_e_per_s * dark_s;
}

Converter converter_of(const SensorOptions& sensor, int binning) {
    Converter one;
    one.gain_e_per_adu = sensor.gain_e_per_adu;
    one.pedestal_adu = sensor.pedestal_adu;
    one.top_adu = (1 << sensor.bits) - 1;
    one.scale = sensor.adc_scale;
    one.full_well_e = sensor.full_well_e;
    one.read_noise_e = sensor.read_noise_e;
    if (binning == 1) return one;
    Converter sum = one;
    const double pixels = binning * binning;
    sum.pedestal_adu *= pixels;
    sum.top_adu *= pixels;
    sum.full_well_e *= pixels;
    sum.read_noise_e *= binning;
    sum.scale = std::max(1, one.scale / (binning * binning));
    sum.quantum_adu2 = (pixels - 1) / 12;  // the last step makes up for the rest
    return sum;
}

template <class T>
void read_out(T* out, const double* expected_e, int width, int y, const Converter& converter,
              const NoiseSwitches& noise, std::uint64_t frame_key) {
    const std::uint64_t key = bits_at(frame_key, static_cast<std::uint64_t>(y));
    const double per_e = 1 / converter.gain_e_per_adu;
    const double steps_e2 = noise.quantisation ? converter.quantum_adu2 : 0;
    double read_noise_e = converter.read_noise_e;
    if (steps_e2 > 0) {
        const double gain = converter.gain_e_per_adu;
        read_noise_e = std::sqrt(read_noise_e * read_noise_e + steps_e2 * gain * gain);
    }
    for (int x = 0; x < width; ++x) {
        // One draw per pixel: the upper half counts electrons, the lower half is the amplifier's noise.
        const std::uint64_t bits = bits_at(key, static_cast<std::uint64_t>(x));
        double e = expected_e[x];
        if (noise.shot) e = poisson_from(e, uniform_from(static_cast<std::uint32_t>(bits >> 32)));
        e = std::min(e, converter.full_well_e);
        if (noise.read) e += read_noise_e * normal_from(uniform_from(static_cast<std::uint32_t>(bits)));
        double adc = converter.pedestal_adu + e * per_e;
        if (noise.quantisation) adc = std::floor(adc + 0.5);
        const double value = std::clamp(adc, 0.0, converter.top_adu) * converter.scale;
        if constexpr (std::is_integral_v<T>) {
            out[x] = static_cast<T>(static_cast<int>(std::floor(value + 0.5)));
        } else {
            out[x] = static_cast<T>(value);
        }
    }
}

template void read_out(std::uint16_t*, const double*, int, int, const Converter&, const NoiseSwitches&, std::uint64_t);
template void read_out(float*, const double*, int, int, const Converter&, const NoiseSwitches&, std::uint64_t);

}  // namespace nightstack::sky
