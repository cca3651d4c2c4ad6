// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/stages/stars/clipped_sums.h"

namespace nightstack {
namespace {

// The smallest odd step that leaves at most `wanted` of `count` items.
int odd_step(double count, double wanted) {
    const int step = std::max(1, static_cast<int>(std::ceil(count / std::max(1.0, wanted))));
    return step | 1;
}

// Pixels of one colour and their differences to the next pixel of that colour in the row.
struct ColourSamples {
    std::vector<float> values;
    std::vector<float> differences;
};

bool is_finite(float v) { return v - v == 0; }

// Everything is written and only the end moves on: no branch to guess at.
void take_row(ColourSamples& into, ImageView<const float> plane, int y, int x0, int step_x, int neighbour) {
    const float* p = plane.row_data(y);
    const auto most = static_cast<std::size_t>((plane.width() - x0 + step_x - 1) / step_x);
    const std::size_t values = into.values.size();
    const std::size_t differences = into.differences.size();
    into.values.resize(values + most);
    into.differences.resize(differences + most);
    float* value = into.values.data() + values;
    float* difference = into.differences.data() + differences;
    const auto take = [&](int x, float next) {
        const int finite = is_finite(p[x]) ? 1 : 0;
        *value = p[x];
        value += finite;
        *difference = next - p[x];
        difference += finite & (is_finite(next) ? 1 : 0);
    };
    int x = x0;
    for (; x + neighbour < plane.width(); x += step_x) take(x, p[x + neighbour]);
    for (; x < plane.width(); x += step_x) take(x, std::numeric_limits<float>::quiet_NaN());
    into.values.resize(static_cast<std::size_t>(value - into.values.data()));
    into.differences.resize(static_cast<std::size_t>(difference - into.differences.data()));
}

// Those within `most` of `level`, into `kept`.
void keep_near(std::vector<float>& kept, const std::vector<float>& values, double level, double most) {
    kept.resize(values.size() + 1);
    float* to = kept.data();
    for (const float v : values) {
        *to = v;
        to += std::abs(v - level) > most ? 0 : 1;
    }
    kept.resize(static_cast<std::size_t>(to - kept.data()));
}

ColourSky sky_of(ColourSamples& samples) {
    ColourSky sky;
    sky.samples = samples.values.size();
    if (sky.samples == 0) return sky;
    std::vector<float> work = samples.values;
    const RobustSpread spread = median_and_sigma_in_place(std::span(work));
    const double sigma = spread.sigma;
    sky.level = spread.median;
    for (int round = 0; round < 2 && sigma > 0; ++round) {  // two are enough, the median hardly moves
        keep_near(work, samples.values, sky.level, 2.5 * sigma);
        sky.level = median_in_place(std::span(work));
    }
    // Clipping at +-3 sigma cuts 1.5 % from the deviation of a Gaussian (fixed point of the clip).
    constexpr double kClip3 = 0.98485;
    sky.sigma = clipped_mean(samples.differences).sigma / (std::sqrt(2.0) * kClip3);
    return sky;
}

}  // namespace

RobustSpread median_and_sigma_in_place(std::span<float> values) {
    RobustSpread out;
    out.median = median_in_place(values);
    for (float& v : values) v = std::abs(v - out.median);
    out.sigma = static_cast<float>(kSigmaPerMad * median_in_place(values));
    return out;
}

ClippedMean clipped_mean(std::span<const float> values, double low, double high, int passes) {
    std::vector<float> finite;
    finite.reserve(values.size());
    for (const float v : values) {
        if (std::isfinite(v)) finite.push_back(v);
    }
    ClippedMean out;
    if (finite.empty()) return out;
    std::vector<float> work = finite;
    const RobustSpread start = median_and_sigma_in_place(std::span(work));
    double pivot = start.median;
    double sigma = start.sigma;
    if (sigma == 0) {  // more than half the values are equal (coarse integers): begin with everything
        low = std::max(low, 6.0);
        high = std::max(high, 6.0);
        double squares = 0;
        for (const float v : finite) squares += (v - pivot) * (v - pivot);
        sigma = std::sqrt(squares / static_cast<double>(finite.size()));
    }
    for (int pass = 0; pass < std::max(1, passes); ++pass) {
        const ClipSums sums = clipped_sums(finite, pivot, -low * sigma, high * sigma);
        if (sums.count == 0) break;
        const double mean = sums.sum / sums.count;
        out.mean = pivot + mean;
        out.sigma = std::sqrt(std::max(0.0, sums.square / sums.count - mean * mean));
        out.kept = static_cast<std::size_t>(sums.count);
        pivot = out.mean;
        sigma = out.sigma;
    }
    return out;
}

std::vector<float> sampled_pixels(ImageView<const float> plane, std::size_t max_samples) {
    std::vector<float> out;
    if (plane.empty() || max_samples == 0) return out;
    const double per_axis = std::sqrt(static_cast<double>(max_samples));
    const double aspect = std::sqrt(static_cast<double>(plane.width()) / plane.height());
    const int step_x = odd_step(plane.width(), per_axis * aspect);
    const int step_y = odd_step(plane.height(), per_axis / aspect);
    for (int y = step_y / 2 % plane.height(); y < plane.height(); y += step_y) {
        const float* p = plane.row_data(y);
        for (int x = step_x / 2 % plane.width(); x < plane.width(); x += step_x) {
            if (std::isfinite(p[x])) out.push_back(p[x]);
        }
    }
    return out;
}

double PlaneSky::level() const {
    if (colours == 1) return of[0].level;
    return (of[0].level + 2 * of[1].level + of[2].level) / 4;
}

double PlaneSky::sigma() const {
    if (colours == 1) return of[0].sigma;
    const auto square = [](double s) { return s * s; };
    return std::sqrt((square(of[0].sigma) + 2 * square(of[1].sigma) + square(of[2].sigma)) / 4);
}

PlaneSky plane_sky(ImageView<const float> plane, std::optional<CfaPattern> cfa, std::size_t max_samples_per_colour) {
    PlaneSky sky;
    sky.colours = cfa ? 3 : 1;
    if (plane.empty()) return sky;
    // Whole 2x2 blocks are visited; of every block the row tells which colour stands where.
    const double blocks = 0.25 * plane.width() * plane.height();
    const int step = odd_step(std::sqrt(blocks), std::sqrt(static_cast<double>(max_samples_per_colour)));
    const int neighbour = cfa ? 2 : 1;
    std::array<ColourSamples, 3> samples;
    for (std::size_t c = 0; c < static_cast<std::size_t>(sky.colours); ++c) {
        const std::size_t per_block = !cfa ? 4 : c == 1 ? 2 : 1;  // green stands twice in every block
        const auto along = [&](int length) { return static_cast<std::size_t>(length / (2 * step) + 1); };
        samples[c].values.reserve(per_block * along(plane.width()) * along(plane.height()));
        samples[c].differences.reserve(samples[c].values.capacity());
    }
    for (int block_y = 0; 2 * block_y < plane.height(); block_y += step) {
        for (int dy = 0; dy < 2 && 2 * block_y + dy < plane.height(); ++dy) {
            const int y = 2 * block_y + dy;
            for (int x0 = 0; x0 < std::min(2, plane.width()); ++x0) {
                const std::size_t c = cfa ? static_cast<std::size_t>(colour_at(*cfa, x0, y)) : 0;
                take_row(samples[c], plane, y, x0, 2 * step, neighbour);
            }
        }
    }
    for (std::size_t c = 0; c < static_cast<std::size_t>(sky.colours); ++c) sky.of[c] = sky_of(samples[c]);
    return sky;
}

}  // namespace nightstack
