// SPDX-License-Identifier: MIT
#include "pipeline/sky/sensor.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/sky/elementary.h"
#include "pipeline/sky/random.h"

namespace nightstack::sky {

namespace {

enum Stream : std::uint64_t { dark_stream = 41, response_stream, hot_stream, cold_stream, dust_stream };

void require(bool ok, const char* field, double value, const char* rule) {
    if (!ok) throw OptionError(std::string("sensor: ") + field + " " + std::to_string(value) + " " + rule);
}

void fill_dark_row(float* row, int y, const SensorOptions& o) {
    const std::uint64_t key = stream_key(o.seed, dark_stream, static_cast<std::uint64_t>(y));
    // The mean of exp(s z) is exp(s^2 / 2).
    const double median = o.dark_current_e_per_s * exp_of(-0.5 * o.dark_spread * o.dark_spread);
    for (int x = 0; x < o.width; ++x) {
        const double z = normal_at(key, static_cast<std::uint64_t>(x));
        row[x] = static_cast<float>(median * exp_of(o.dark_spread * z));
    }
    if (o.amp_glow_e_per_s <= 0) return;
    const double dy = o.height - 1 - y;
    for (int x = 0; x < o.width; ++x) {
        const double dx = o.width - 1 - x;
        row[x] += static_cast<float>(o.amp_glow_e_per_s * exp_of(-std::sqrt(dx * dx + dy * dy) / o.amp_glow_px));
    }
}

void fill_flat_row(float* row, int y, const SensorOptions& o) {
    const std::uint64_t key = stream_key(o.seed, response_stream, static_cast<std::uint64_t>(y));
    const double cx = (o.width - 1) / 2.0;
    const double cy = (o.height - 1) / 2.0;
    const double per_corner = 1 / std::max(1.0, cx * cx + cy * cy);
    for (int x = 0; x < o.width; ++x) {
        const double r2 = ((x - cx) * (x - cx) + (y - cy) * (y - cy)) * per_corner;
        const double z = o.pixel_response > 0 ? normal_at(key, static_cast<std::uint64_t>(x)) : 0;
        row[x] = static_cast<float>(std::max(0.05, (1 - o.vignetting * r2) * (1 + o.pixel_response * z)));
    }
}

// A grey ring with a lighter middle, as the shadow of a central obstruction.
void add_dust_mote(ImageView<float> flat, std::uint64_t key) {
    const double cx = flat.width() * uniform_at(key, 0);
    const double cy = flat.height() * uniform_at(key, 1);
    const double radius = 8 + 20 * uniform_at(key, 2);
    const double depth = 0.02 + 0.06 * uniform_at(key, 3);
    const int reach = static_cast<int>(std::ceil(2 * radius));
    const int y0 = std::max(0, static_cast<int>(cy) - reach);
    const int y1 = std::min(flat.height(), static_cast<int>(cy) + reach);
    const int x0 = std::max(0, static_cast<int>(cx) - reach);
    const int x1 = std::min(flat.width(), static_cast<int>(cx) + reach);
    for (int y = y0; y < y1; ++y) {
        float* row = flat.row_data(y);
        for (int x = x0; x < x1; ++x) {
            const double r2 = ((x - cx) * (x - cx) + (y - cy) * (y - cy)) / (radius * radius);
            const double shadow = depth * (exp_of(-r2 * r2) - 0.6 * exp_of(-9 * r2));
            row[x] = static_cast<float>(row[x] * (1 - shadow));
        }
    }
}

// `count` different places, sorted by (y, x); `use(x, y, u)` gets a uniform number as well.
template <class Use>
void for_random_places(const SensorOptions& o, Stream stream, int count, Use use) {
    const std::uint64_t key = stream_key(o.seed, stream);
    const auto pixels = static_cast<std::uint64_t>(o.width) * static_cast<std::uint64_t>(o.height);
    std::set<std::uint64_t> places;
    for (std::uint64_t i = 0; places.size() < static_cast<std::size_t>(count); ++i)
        places.insert(bits_at(key, i) % pixels);
    const auto width = static_cast<std::uint64_t>(o.width);
    for (const std::uint64_t place : places) {
        use(static_cast<int>(place % width), static_cast<int>(place / width), uniform_at(mixed(key), place));
    }
}

}  // namespace

void SensorOptions::check() const {
    require(width >= 1 && width <= 65536, "width", width, "is not in 1..65536");
    require(height >= 1 && height <= 65536, "height", height, "is not in 1..65536");
    require(gain_e_per_adu > 0, "gain_e_per_adu", gain_e_per_adu, "is not positive");
    require(bits >= 1 && bits <= 16, "bits", bits, "is not in 1..16");
    require(adc_scale >= 1 && adc_scale <= 65535, "adc_scale", adc_scale, "is not in 1..65535");
    require(static_cast<double>((1 << bits) - 1) * adc_scale <= 65535, "adc_scale", adc_scale,
            "makes values beyond 16 bits");
    require(pedestal_adu >= 0 && pedestal_adu < (1 << bits), "pedestal_adu", pedestal_adu,
            "is outside the ADC's range");
    require(full_well_e > 0, "full_well_e", full_well_e, "is not positive");
    require(read_noise_e >= 0, "read_noise_e", read_noise_e, "is negative");
    require(dark_current_e_per_s >= 0, "dark_current_e_per_s", dark_current_e_per_s, "is negative");
    require(dark_spread >= 0 && dark_spread <= 3, "dark_spread", dark_spread, "is not in 0..3");
    const double most = 0.5 * width * height;
    require(hot_pixels >= 0 && hot_pixels <= most, "hot_pixels", hot_pixels,
            "is negative or more than half of the pixels");
    require(cold_pixels >= 0 && cold_pixels <= most, "cold_pixels", cold_pixels,
            "is negative or more than half of the pixels");
    require(hot_min_e_per_s > 0, "hot_min_e_per_s", hot_min_e_per_s, "is not positive");
    require(hot_max_e_per_s >= hot_min_e_per_s, "hot_max_e_per_s", hot_max_e_per_s, "is below hot_min_e_per_s");
    require(amp_glow_e_per_s >= 0, "amp_glow_e_per_s", amp_glow_e_per_s, "is negative");
    require(amp_glow_px > 0, "amp_glow_px", amp_glow_px, "is not positive");
    require(vignetting >= 0 && vignetting < 1, "vignetting", vignetting, "is not in [0, 1)");
    require(pixel_response >= 0 && pixel_response <= 0.3, "pixel_response", pixel_response, "is not in 0..0.3");
    require(dust_motes >= 0 && dust_motes <= 10000, "dust_motes", dust_motes, "is not in 0..10000");
}

SensorModel::SensorModel(const SensorOptions& options, Runner& runner) : options_(options) {
    options.check();
    dark_current_ = Image<float>(options.width, options.height);
    flat_ = Image<float>(options.width, options.height);
    const ImageView<float> dark = dark_current_.view();
    const ImageView<float> flat = flat_.view();
    parallel_rows(runner, options.height, [&](int y) {
        fill_dark_row(dark.row_data(y), y, options);
        fill_flat_row(flat.row_data(y), y, options);
    });
    for (int i = 0; i < options.dust_motes; ++i) {
        add_dust_mote(flat, stream_key(options.seed, dust_stream, static_cast<std::uint64_t>(i)));
    }
    const double span = log_of(options.hot_max_e_per_s / options.hot_min_e_per_s);
    for_random_places(options, hot_stream, options.hot_pixels, [&](int x, int y, double u) {
        hot_pixels_.push_back({x, y, options.hot_min_e_per_s * exp_of(span * u)});
    });
    for_random_places(options, cold_stream, options.cold_pixels, [&](int x, int y, double u) {
        cold_pixels_.push_back({x, y, 0.5 * u});
    });
}

}  // namespace nightstack::sky
