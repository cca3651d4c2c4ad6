// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/statistics.h"

#include <algorithm>
#include <cmath>

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

void take_row(ColourSamples& into, ImageView<const float> plane, int y, int x0, int step_x, int neighbour) {
    const float* p = plane.row_data(y);
    for (int x = x0; x < plane.width(); x += step_x) {
        if (!std::isfinite(p[x])) continue;
        into.values.push_back(p[x]);
        if (x + neighbour < plane.width() && std::isfinite(p[x + neighbour])) {
            into.differences.push_back(p[x + neighbour] - p[x]);
        }
    }
}

ColourSky sky_of(ColourSamples& samples) {
    ColourSky sky;
    sky.samples = samples.values.size();
    if (sky.samples == 0) return sky;
    sky.level = median_in_place(std::span(samples.values));
    std::vector<float> work = samples.values;
    const double sigma = median_and_sigma_in_place(std::span(work)).sigma;
    for (int round = 0; round < 2 && sigma > 0; ++round) {  // two are enough, the median hardly moves
        const auto far = [&](float v) { return std::abs(v - sky.level) > 2.5 * sigma; };
        work.assign(samples.values.begin(), samples.values.end());
        work.erase(std::remove_if(work.begin(), work.end(), far), work.end());
        sky.level = median_in_place(std::span(work));
    }
    // Clipping at +-3 sigma cuts 1.5 % from the deviation of a Gaussian (fixed point of the clip).
    constexpr double kClip3 = 0.98485;
    sky.sigma = clipped_mean(samples.differences).sigma / (std::sqrt(2.0) * kClip3);
    return sky;
}

}  // namespace

float median_in_place(std::span<float> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    const float below = *std::max_element(values.begin(), middle);
    return below + (*middle - below) / 2;
}

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
        double sum = 0;
        double squares = 0;
        std::size_t kept = 0;
        for (const float v : finite) {
            const double d = v - pivot;
            if (d < -low * sigma || d > high * sigma) continue;
            sum += d;
            squares += d * d;
            ++kept;
        }
        if (kept == 0) break;
        const double mean = sum / static_cast<double>(kept);
        out.mean = pivot + mean;
        out.sigma = std::sqrt(std::max(0.0, squares / static_cast<double>(kept) - mean * mean));
        out.kept = kept;
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
