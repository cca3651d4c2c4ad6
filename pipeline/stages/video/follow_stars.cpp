// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/follow_stars.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace nightstack {
namespace {

constexpr int kMargin = kFollowReachPx + 3;  // the sky is taken from the edge of a window this far from its middle
constexpr double kLeastSignal = 6;           // sigma of the sum of 3 x 3 pixels
constexpr double kLeastNoise = 0.4;          // levels: rounding and compression hide the rest
constexpr int kCentroidRadius = 6;
constexpr int kCentroidRounds = 8;
constexpr double kSettledPx = 0.003;

struct Window {
    int x0, y0;  // its first pixel
    double sky, noise;
};

Window window_around(ImageView<const std::uint8_t> picture, int cx, int cy) {
    constexpr int kSide = 2 * kMargin + 1;
    std::array<std::uint8_t, 4 * kSide> edge;
    std::size_t n = 0;
    for (int i = -kMargin; i <= kMargin; ++i) {
        edge[n++] = picture.row_data(cy - kMargin)[cx + i];
        edge[n++] = picture.row_data(cy + kMargin)[cx + i];
        edge[n++] = picture.row_data(cy + i)[cx - kMargin];
        edge[n++] = picture.row_data(cy + i)[cx + kMargin];
    }
    std::sort(edge.begin(), edge.end());
    // Whole levels make a coarse median: the mean of the middle half instead, and the quartiles for the noise.
    double sum = 0;
    for (std::size_t i = n / 4; i < 3 * n / 4; ++i) sum += edge[i];
    const double quartiles = edge[3 * n / 4] - edge[n / 4];
    constexpr double kSigmaPerQuartiles = 0.7413;
    return {cx - kMargin, cy - kMargin, sum / static_cast<double>(3 * n / 4 - n / 4),
            std::max(kLeastNoise, kSigmaPerQuartiles * quartiles)};
}

int block_sum(ImageView<const std::uint8_t> picture, int x, int y) {
    int sum = 0;
    for (int dy = -1; dy <= 1; ++dy) {
        const std::uint8_t* const row = picture.row_data(y + dy);
        sum += row[x - 1] + row[x] + row[x + 1];
    }
    return sum;
}

struct Peak {
    int x = 0, y = 0, sum = -1;
};

Peak brightest(ImageView<const std::uint8_t> picture, int cx, int cy) {
    Peak best;
    for (int y = cy - kFollowReachPx; y <= cy + kFollowReachPx; ++y) {
        for (int x = cx - kFollowReachPx; x <= cx + kFollowReachPx; ++x) {
            const int sum = block_sum(picture, x, y);
            if (sum > best.sum) best = {x, y, sum};
        }
    }
    return best;
}

// Light of one pixel alone is none that came through the optics.
bool is_hot(ImageView<const std::uint8_t> picture, const Peak& peak, double sky) {
    const auto above = [&](int x, int y) { return picture.row_data(y)[x] - sky; };
    double highest = 0, total = 0;
    for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
            highest = std::max(highest, above(peak.x + dx, peak.y + dy));
            total += above(peak.x + dx, peak.y + dy);
        }
    }
    return highest > 0.75 * total;
}

// The centre about which a smooth window sees as much light on either side. Sums and products only: no machine's own
// exponential.
std::optional<Point> centroid(ImageView<const std::uint8_t> picture, const Peak& peak, double sky) {
    constexpr double kScale = 1.0 / ((kCentroidRadius + 0.5) * (kCentroidRadius + 0.5));
    Point at{static_cast<double>(peak.x), static_cast<double>(peak.y)};
    for (int round = 0; round < kCentroidRounds; ++round) {
        const int cx = static_cast<int>(std::lround(at.x)), cy = static_cast<int>(std::lround(at.y));
        if (cx < kCentroidRadius || cy < kCentroidRadius || cx + kCentroidRadius >= picture.width() ||
            cy + kCentroidRadius >= picture.height())
            return std::nullopt;
        double weight = 0, wx = 0, wy = 0;
        for (int y = cy - kCentroidRadius; y <= cy + kCentroidRadius; ++y) {
            const std::uint8_t* const row = picture.row_data(y);
            const double dy = y - at.y;
            for (int x = cx - kCentroidRadius; x <= cx + kCentroidRadius; ++x) {
                const double dx = x - at.x;
                const double inside = std::max(0.0, 1 - (dx * dx + dy * dy) * kScale);
                const double w = inside * inside * inside * (row[x] - sky);
                weight += w, wx += w * dx, wy += w * dy;
            }
        }
        if (!(weight > 0)) return std::nullopt;
        // A window as wide as this sees between once and twice the true offset.
        constexpr double kStep = 1.3;
        const double sx = kStep * wx / weight, sy = kStep * wy / weight;
        at = {at.x + sx, at.y + sy};
        if (std::abs(at.x - peak.x) > 3 || std::abs(at.y - peak.y) > 3) return std::nullopt;
        if (std::abs(sx) < kSettledPx && std::abs(sy) < kSettledPx) break;
    }
    return at;
}

std::optional<FollowedStar> followed(ImageView<const std::uint8_t> picture, std::size_t star, int x, int y) {
    const Window window = window_around(picture, x, y);
    const Peak peak = brightest(picture, x, y);
    const double signal = (peak.sum - 9 * window.sky) / (3 * window.noise);
    if (signal < kLeastSignal || is_hot(picture, peak, window.sky)) return std::nullopt;
    const std::optional<Point> at = centroid(picture, peak, window.sky);
    if (!at) return std::nullopt;
    return FollowedStar{star, *at, signal};
}

}  // namespace

StarList stars_to_follow(const StarList& stars, std::size_t most) {
    constexpr double kAlonePx = kFollowReachPx + 5;
    constexpr double kAsBright = 0.5;
    StarList out;
    for (const Star& s : stars) {
        if (out.size() == most) break;
        const bool alone = std::none_of(stars.begin(), stars.end(), [&](const Star& other) {
            return &other != &s && other.flux > kAsBright * s.flux && std::abs(other.x - s.x) < kAlonePx &&
                   std::abs(other.y - s.y) < kAlonePx;
        });
        if (alone) out.push_back(s);
    }
    return out;
}

std::size_t follow_stars(std::vector<FollowedStar>& out, ImageView<const std::uint8_t> picture, const StarList& stars,
                         const Transform& picture_from_stars) {
    out.clear();
    std::size_t expected = 0;
    for (std::size_t i = 0; i < stars.size(); ++i) {
        const Point p = picture_from_stars({stars[i].x, stars[i].y});
        constexpr int kEdge = kMargin + 1;
        if (!(p.x >= kEdge && p.y >= kEdge && p.x <= picture.width() - 1 - kEdge &&
              p.y <= picture.height() - 1 - kEdge))
            continue;
        ++expected;
        const auto star = followed(picture, i, static_cast<int>(std::lround(p.x)), static_cast<int>(std::lround(p.y)));
        if (star) out.push_back(*star);
    }
    return expected;
}

}  // namespace nightstack
