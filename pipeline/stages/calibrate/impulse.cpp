// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/calibrate/cosmetic.h"

namespace nightstack {
namespace {

constexpr int kReach = kCosmeticBorder;
constexpr int kMargin = 16;  // floats before a padded row, so that its pixels stay aligned
constexpr int kChunk = 64;   // pixels tested at once before anybody looks closer

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
        scratch_.rows.reshape((region.width() + 2 * kMargin + kChunk), 8 + 2);
        begin_x_ = where.x == 0 ? 0 : kReach;
        end_x_ = region.width() - (where.right() == sensor.width ? 0 : kReach);
        begin_y_ = where.y == 0 ? 0 : kReach;
        end_y_ = region.height() - (where.bottom() == sensor.height ? 0 : kReach);
    }

    ImpulseReport run() {
        for (int y = begin_y_ - kReach; y < begin_y_ + kReach; ++y) load(y);
        for (int y = begin_y_; y < end_y_; ++y) {
            load(y + kReach);
            search(y);
        }
        for (const auto& r : scratch_.replacements) *r.pixel = r.value;
        return report_;
    }

private:
    float* padded(int y) const { return scratch_.rows.view().row_data(y & 7) + kMargin; }

    // Row y of the region with two more pixels at either end; true at edges of the sensor only.
    void load(int y) {
        const int source_y = inside(where_.y + y, sensor_.height) - where_.y;
        if (source_y < 0 || source_y >= region_.height()) return;  // past a cut edge: read by nobody
        const float* source = region_.row_data(source_y);
        const int width = region_.width();
        float* row = padded(y);
        std::memcpy(row, source, sizeof(float) * static_cast<std::size_t>(width));
        for (int k = 1; k <= kReach; ++k) {
            row[-k] = source[inside(-k, width)];
            row[width - 1 + k] = source[inside(width - 1 + k, width)];
        }
    }

    void search(int y) {
        const float* above = padded(y - 2);
        const float* here = padded(y);
        const float* below = padded(y + 2);
        for (int x = begin_x_; x < end_x_; x += kChunk) {
            const int count = std::min(kChunk, end_x_ - x);
            if (!may_hold_impulse(above + x, here + x, below + x)) continue;
            for (int k = x; k < x + count; ++k) test(k, y);
        }
    }

    // Branch-free over a whole chunk (a little beyond the row at its end, where nothing is decided).
    bool may_hold_impulse(const float* above, const float* here, const float* below) const {
        const float limit = static_cast<float>(options_.kappa) * options_.sigma;
        float highest[kChunk + 4];
        float lowest[kChunk + 4];
        for (int k = 0; k < kChunk + 4; ++k) {
            const float a = above[k - 2], h = here[k - 2], b = below[k - 2];
            const float most = a > b ? a : b;
            const float least = a < b ? a : b;
            highest[k] = most > h ? most : h;
            lowest[k] = least < h ? least : h;
        }
        int found = 0;
        for (int k = 0; k < kChunk; ++k) {
            const float v = here[k];
            const float upright_most = above[k] > below[k] ? above[k] : below[k];
            const float upright_least = above[k] < below[k] ? above[k] : below[k];
            const float sides_most = highest[k] > highest[k + 4] ? highest[k] : highest[k + 4];
            const float sides_least = lowest[k] < lowest[k + 4] ? lowest[k] : lowest[k + 4];
            const float most = sides_most > upright_most ? sides_most : upright_most;
            const float least = sides_least < upright_least ? sides_least : upright_least;
            found |= static_cast<int>(v - most > limit) | static_cast<int>(least - v > limit);
        }
        return found != 0;
    }

    void test(int x, int y) {
        Window w;
        for (int dy = -2; dy <= 2; ++dy) w.rows[static_cast<std::size_t>(dy + 2)] = padded(y + dy) + x;
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
    const auto middle = away.begin() + static_cast<std::ptrdiff_t>(away.size() / 2);
    std::nth_element(away.begin(), middle, away.end());
    return *middle * 1.4826F / std::sqrt(2.0F);
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
