// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/group_noise.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nightstack {
namespace {

constexpr double kSigmaPerMad = 1.482602218505602;  // of a normal distribution
constexpr double kMedianOfSquare = 0.4549364;       // of a standard normal number
constexpr int kNoiseStep = 4;                       // pixels of a plane between those looked at
constexpr int kLevelStep = 8;                       // the same
constexpr std::size_t kLeastShared = 64;            // pixels that a level can be told from

float median(std::vector<float>& values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// NaN where fewer than `least` frames cover the pixel.
float mean_at(const PlaneSum& plane, int x, int y, int least) {
    const int count = plane.count().row_data(y)[x];
    if (count < std::max(1, least)) return std::numeric_limits<float>::quiet_NaN();
    return plane.sum().row_data(y)[x] / static_cast<float>(count);
}

// A pixel in both groups: the mean of all, and by how much they differ.
struct Twice {
    float mean, difference;
};

std::vector<Twice> seen_twice(const VideoGroup& first, const VideoGroup& second, int p) {
    const PlaneSum& a = first.plane(p);
    const PlaneSum& b = second.plane(p);
    std::vector<Twice> out;
    for (int y = 0; y < a.height(); y += kNoiseStep) {
        for (int x = 0; x < a.width(); x += kNoiseStep) {
            const float one = mean_at(a, x, y, first.frames());
            const float two = mean_at(b, x, y, second.frames());
            if (!std::isnan(one) && !std::isnan(two)) out.push_back({(one + two) / 2, one - two});
        }
    }
    return out;
}

// Neighbours in a row instead of two groups: no frame to compare with.
std::vector<Twice> seen_once(const VideoGroup& group, int p) {
    const PlaneSum& a = group.plane(p);
    std::vector<Twice> out;
    for (int y = 0; y < a.height(); y += kNoiseStep) {
        for (int x = 0; x + 1 < a.width(); x += kNoiseStep) {
            const float one = mean_at(a, x, y, 1), two = mean_at(a, x + 1, y, 1);
            if (!std::isnan(one) && !std::isnan(two)) out.push_back({(one + two) / 2, one - two});
        }
    }
    return out;
}

double robust_sigma(const std::vector<Twice>& all) {
    std::vector<float> sizes;
    for (const Twice& t : all) sizes.push_back(std::abs(t.difference));
    return kSigmaPerMad * median(sizes);
}

double median_level(const std::vector<Twice>& all) {
    std::vector<float> levels;
    for (const Twice& t : all) levels.push_back(t.mean);
    return median(levels);
}

// What the variance of a difference gains per level above the sky, where there is light enough to tell.
double gain_with_light(const std::vector<Twice>& all, double sky, double sigma) {
    constexpr double kBright = 20;  // levels
    std::vector<float> gains;
    for (const Twice& t : all) {
        const double light = t.mean - sky;
        const double square = static_cast<double>(t.difference) * t.difference / kMedianOfSquare;
        if (light > kBright) gains.push_back(static_cast<float>((square - sigma * sigma) / light));
    }
    return gains.size() < kLeastShared ? 0 : std::max(0.0, static_cast<double>(median(gains)));
}

// Between pixels of U and V the noise is averaged.
double smoothing(Subsampling grid) {
    const auto axis = [](int n) {
        double sum = 0;
        for (int i = 0; i < n; ++i) {
            const double at = (i + 0.5) / n - 0.5;
            const double far = std::abs(at);
            sum += (1 - far) * (1 - far) + far * far;
        }
        return n == 1 ? 1.0 : std::sqrt(sum / n);
    };
    return axis(grid.x) * axis(grid.y);
}

}  // namespace

double hidden_noise(int pictures) {
    constexpr double kRounding = 0.288675134594813;  // 1 / sqrt(12)
    constexpr double kShared = 0.05;
    return std::max(kShared, kRounding / std::sqrt(static_cast<double>(std::max(1, pictures))));
}

GroupNoise group_noise(const VideoGroup& first, const VideoGroup& second) {
    GroupNoise out;
    const double a = first.frames(), b = second.frames();
    // From the difference of two means to the mean of all.
    const double share = b > 0 ? std::sqrt(a * b) / (a + b) : std::sqrt(0.5);
    for (int p = 0; p < first.planes(); ++p) {
        const auto at = static_cast<std::size_t>(p);
        const std::vector<Twice> all = b > 0 ? seen_twice(first, second, p) : seen_once(first, p);
        const double sigma = robust_sigma(all);
        out.sky[at] = median_level(all);
        out.sigma[at] =
            std::max(sigma * share * smoothing(first.grid(p)), hidden_noise(first.frames() + second.frames()));
        if (p == 0 && b > 0) out.signal_variance[0] = gain_with_light(all, out.sky[0], sigma) * share * share;
    }
    return out;
}

namespace {

std::vector<float> sampled(const VideoGroup& group, int p, const Rect& area) {
    const PlaneSum& plane = group.plane(p);
    const Subsampling g = group.grid(p);
    const int x0 = (area.x - group.canvas().x) / g.x, y0 = (area.y - group.canvas().y) / g.y;
    std::vector<float> out;
    for (int y = y0; y < y0 + area.height / g.y; y += kLevelStep) {
        for (int x = x0; x < x0 + area.width / g.x; x += kLevelStep) {
            const bool inside = x >= 0 && y >= 0 && x < plane.width() && y < plane.height();
            out.push_back(inside ? mean_at(plane, x, y, group.least_count()) : std::numeric_limits<float>::quiet_NaN());
        }
    }
    return out;
}

}  // namespace

GroupLevels::GroupLevels(const VideoGroup& group, const Rect& area) : area_(area) {
    for (int p = 0; p < group.planes(); ++p) levels_[static_cast<std::size_t>(p)] = sampled(group, p, area);
}

std::array<double, 3> GroupLevels::above(const VideoGroup& group) const {
    std::array<double, 3> out{};
    for (std::size_t p = 0; p < static_cast<std::size_t>(group.planes()); ++p) {
        const std::vector<float> now = sampled(group, static_cast<int>(p), area_);
        std::vector<float> differences;
        for (std::size_t i = 0; i < now.size(); ++i)
            if (!std::isnan(now[i]) && !std::isnan(levels_[p][i])) differences.push_back(now[i] - levels_[p][i]);
        if (differences.size() >= kLeastShared) out[p] = median(differences);
    }
    return out;
}

}  // namespace nightstack
