// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/cosmetic.h"
#include "pipeline/stages/calibrate/impulse_screen.h"
#include "pipeline/stages/calibrate/nth_value.h"

namespace nightstack {
namespace {

constexpr int kReach = kCosmeticBorder;

// Beyond the sensor stands the second pixel of the same colour inside. (A mirror would show the pixel
// next to the edge to itself as its own neighbour.)
int inside(int i, int size) { return i < 0 ? i + 4 : i >= size ? i - 4 : i; }

template <std::size_t N>
float middle_of(std::array<float, N> values) {
    std::sort(values.begin(), values.end());
    return 0.5F * (values[N / 2 - 1] + values[N / 2]);
}

// The 5x5 pixels around one.
struct Window {
    std::array<const float*, 5> rows;  // at the centre's column
    float at(int dx, int dy) const { return rows[static_cast<std::size_t>(dy + 2)][dx]; }

    // Eight pixels of the centre's colour.
    std::array<float, 8> same() const {
        return {at(-2, -2), at(0, -2), at(2, -2), at(-2, 0), at(2, 0), at(-2, 2), at(0, 2), at(2, 2)};
    }
    // Of the colour of the pixels left and right, and of those above and below.
    std::array<float, 4> like_sides() const { return {at(-1, -2), at(1, -2), at(-1, 2), at(1, 2)}; }
    std::array<float, 4> like_above() const { return {at(-2, -1), at(2, -1), at(-2, 1), at(2, 1)}; }
};

// Noise as seen around the pixel: mean deviation of the 16 outer pixels from the middle of their own
// kind, without the two largest (another hot pixel may be among them). The factor makes it the
// deviation of Gaussian noise (simulated).
float noise_around(const Window& w) {
    std::array<float, 16> away;
    std::size_t n = 0;
    const auto add = [&](const auto& values) {
        const float middle = middle_of(values);
        for (const float v : values) away[n++] = std::abs(v - middle);
    };
    add(w.same());
    add(w.like_sides());
    add(w.like_above());
    std::sort(away.begin(), away.end());
    float sum = 0;
    for (std::size_t k = 0; k < 14; ++k) sum += away[k];
    return 1.884F * sum / 14;
}

// What three of the four touching pixels rise above their kind, the highest left out.
float support(const Window& w, float sign) {
    const float sides = middle_of(w.like_sides());
    const float above = middle_of(w.like_above());
    const std::array<float, 4> rise{sign * (w.at(-1, 0) - sides), sign * (w.at(1, 0) - sides),
                                    sign * (w.at(0, -1) - above), sign * (w.at(0, 1) - above)};
    return rise[0] + rise[1] + rise[2] + rise[3] - *std::max_element(rise.begin(), rise.end());
}

bool is_impulse(const Window& w, float rise, float sign, const ImpulseOptions& options) {
    const auto kappa = static_cast<float>(options.kappa);
    if (!(rise > kappa * options.sigma)) return false;
    const float noise = std::max(options.sigma, noise_around(w));
    if (!(rise > kappa * noise)) return false;
    // Twice the deviation of the sum of three differences: a faint star may lose that much by chance.
    const float chance = 2 * 1.8F * noise;
    return support(w, sign) + chance < static_cast<float>(options.least_support) * rise;
}

class Filter {
public:
    Filter(ImageView<float> region, const Rect& where, const Rect& sensor, const ImpulseOptions& options,
           ImpulseScratch& scratch)
        : region_(region), where_(where), sensor_(sensor), options_(options), scratch_(scratch) {
        scratch_.replacements.clear();
        scratch_.columns.resize(static_cast<std::size_t>(region.width()));
        begin_x_ = where.x == 0 ? 0 : kReach;
        end_x_ = region.width() - (where.right() == sensor.width ? 0 : kReach);
        begin_y_ = where.y == 0 ? 0 : kReach;
        end_y_ = region.height() - (where.bottom() == sensor.height ? 0 : kReach);
    }

    // Pixels are replaced when all have been looked at: every one is judged by what stood there before.
    ImpulseReport run() {
        for (int y = begin_y_; y < end_y_; ++y) search(y);
        for (const auto& r : scratch_.replacements) *r.pixel = r.value;
        return report_;
    }

private:
    const float* row(int y) const { return region_.row_data(inside(where_.y + y, sensor_.height) - where_.y); }

    void search(int y) {
        Window w;
        for (int dy = -2; dy <= 2; ++dy) w.rows[static_cast<std::size_t>(dy + 2)] = row(y + dy);
        const int inner_end = region_.width() - kReach;
        for (int x = begin_x_; x < std::min(kReach, end_x_); ++x) test_at_edge(w, x, y);
        const auto limit = static_cast<float>(options_.kappa) * options_.sigma;
        int* const columns = scratch_.columns.data();
        const int found = standing_out(columns, w.rows[0], w.rows[2], w.rows[4], kReach, inner_end, limit);
        for (int i = 0; i < found; ++i) {
            Window here = w;
            for (const float*& r : here.rows) r += columns[i];
            test(here, columns[i], y);
        }
        for (int x = std::max(kReach, inner_end); x < end_x_; ++x) test_at_edge(w, x, y);
    }

    // Where the five columns around a pixel pass the edge of the sensor.
    void test_at_edge(const Window& rows, int x, int y) {
        std::array<std::array<float, 5>, 5> around;
        Window w;
        for (std::size_t j = 0; j < 5; ++j) {
            for (int dx = -2; dx <= 2; ++dx) {
                around[j][static_cast<std::size_t>(dx + 2)] = rows.rows[j][inside(x + dx, region_.width())];
            }
            w.rows[j] = around[j].data() + 2;
        }
        test(w, x, y);
    }

    void test(const Window& w, int x, int y) {
        const std::array<float, 8> same = w.same();
        const auto [least, most] = std::minmax_element(same.begin(), same.end());
        const bool hot = is_impulse(w, w.at(0, 0) - *most, 1, options_);
        const bool cold = !hot && is_impulse(w, *least - w.at(0, 0), -1, options_);
        if (!hot && !cold) return;
        ++(hot ? report_.hot : report_.cold);
        scratch_.replacements.push_back({region_.row_data(y) + x, middle_of(same)});
    }

    ImageView<float> region_;
    Rect where_;
    Rect sensor_;
    const ImpulseOptions& options_;
    ImpulseScratch& scratch_;
    int begin_x_ = 0, end_x_ = 0, begin_y_ = 0, end_y_ = 0;
    ImpulseReport report_;
};

}  // namespace

void ImpulseOptions::check() const {
    if (!(sigma > 0) || std::isinf(sigma)) {
        throw OptionError("impulse filter: noise of " + std::to_string(sigma) + " ADU is not above 0");
    }
    if (!(kappa > 0)) throw OptionError("impulse filter: kappa " + std::to_string(kappa) + " is not above 0");
    if (!(least_support >= 0)) {
        throw OptionError("impulse filter: support " + std::to_string(least_support) + " is below 0");
    }
}

float mosaic_noise(ImageView<const float> frame) {
    if (frame.width() < 3 || frame.height() < 1) return 0;
    const std::int64_t pixels = std::int64_t{frame.width()} * frame.height();
    const int step = static_cast<int>(std::max<std::int64_t>(1, pixels / 100000)) | 1;  // odd: both row kinds
    std::vector<float> away;
    for (int y = 0; y < frame.height(); y += step) {
        const float* row = frame.row_data(y);
        for (int x = 0; x + 2 < frame.width(); ++x) {
            const float d = std::abs(row[x + 2] - row[x]);
            if (std::isfinite(d)) away.push_back(d);
        }
    }
    if (away.empty()) return 0;
    std::vector<float> work;
    return nth_value(away, away.size() / 2, work) * 1.4826F / std::sqrt(2.0F);
}

ImpulseReport impulse_filter(ImageView<float> region, const Rect& where, const Rect& sensor,
                             const ImpulseOptions& options, ImpulseScratch& scratch) {
    options.check();
    if (!region.same_size(where.width, where.height) || !sensor.contains(where) || sensor.x != 0 || sensor.y != 0) {
        throw OptionError("impulse filter: a region of " + std::to_string(region.width()) + "x" +
                          std::to_string(region.height()) + " pixels does not fit its place on the sensor");
    }
    if (sensor.width < 5 || sensor.height < 5 || region.width() < 4 || region.height() < 4) return {};
    return Filter(region, where, sensor, options, scratch).run();
}

}  // namespace nightstack
