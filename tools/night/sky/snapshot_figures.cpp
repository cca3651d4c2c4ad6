// SPDX-License-Identifier: MIT
#include "tools/night/sky/snapshot_figures.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack::tools {
namespace {

constexpr int kNoiseSide = 1024;  // as products measure it
constexpr double kPlaces = 8'000;
constexpr int kArm = 8;  // px; wider than a star
constexpr double kStandsOut = 3;
constexpr std::size_t kLeastOut = 10;
constexpr std::size_t kExtendedShare = 200;  // one of so many
constexpr int kPlaneRounds = 5;

// Without the pixels that nothing covers.
double noise_of(const LivePicture::Plane& plane) {
    const int width = std::min(kNoiseSide, plane.value.width());
    const int height = std::min(kNoiseSide, plane.value.height());
    const Rect middle{(plane.value.width() - width) / 2, (plane.value.height() - height) / 2, width, height};
    const ImageView<const float> value = plane.value.cview().cropped(middle);
    const ImageView<const std::uint16_t> coverage = plane.coverage.cview().cropped(middle);
    bool all = true;
    for (int y = 0; y < height && all; ++y) {
        const auto row = coverage.row(y);
        all = std::find(row.begin(), row.end(), std::uint16_t{0}) == row.end();
    }
    if (all) return plane_sky(value).of[0].sigma;
    Image<float> covered(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x)
            covered.view()(x, y) = coverage(x, y) == 0 ? std::numeric_limits<float>::quiet_NaN() : value(x, y);
    }
    return plane_sky(covered.cview()).of[0].sigma;
}

// The planes mixed, a pixel at a time.
class Mix {
public:
    explicit Mix(const LivePicture& picture) : count_(std::min<std::size_t>(3, picture.planes.size())) {
        for (std::size_t p = 0; p < count_; ++p) value_[p] = picture.planes[p].value.cview();
        if (count_ == 2) share_ = {0.5F, 0.5F, 0};
        if (count_ == 3) share_ = {0.25F, 0.5F, 0.25F};
    }
    float at(int x, int y) const {
        float sum = 0;
        for (std::size_t p = 0; p < count_; ++p) sum += share_[p] * value_[p](x, y);
        return sum;
    }
    float around(int x, int y) const {
        float sum = 0;
        for (std::size_t p = 0; p < count_; ++p) {
            float nine = 0;
            for (int dy = -1; dy <= 1; ++dy) {
                const float* row = value_[p].row_data(y + dy) + x;
                nine += row[-1] + row[0] + row[1];
            }
            sum += share_[p] * nine;
        }
        return sum / 9;
    }

private:
    std::size_t count_;
    std::array<ImageView<const float>, 3> value_;
    std::array<float, 3> share_{1, 0, 0};
};

struct Place {
    float x = 0, y = 0;  // -1 to 1 over the picture
    float wide = 0;      // without stars
    float narrow = 0;    // with them
};

struct Sampled {
    std::vector<Place> places;
    std::vector<float> differences;  // of neighbouring pixels
};

Sampled sampled(const LivePicture& picture, const Mix& mix) {
    Sampled out;
    const ImageView<const std::uint16_t> coverage = picture.planes[0].coverage.cview();
    const int width = coverage.width(), height = coverage.height();
    const int border = kArm + 1;
    const int step = std::max(3, static_cast<int>(std::sqrt(1.0 * width * height / kPlaces)));
    const std::size_t enough = (picture.frames + 1) / 2;
    out.places.reserve(static_cast<std::size_t>(1.2 * kPlaces));
    out.differences.reserve(static_cast<std::size_t>(2.4 * kPlaces));
    const auto covered = [&](int x, int y) { return coverage(x, y) >= enough && coverage(x, y) > 0; };
    for (int y = border; y < height - border; y += step) {
        for (int x = border; x < width - border; x += step) {
            if (!covered(x - border, y) || !covered(x + border, y) || !covered(x, y - border) ||
                !covered(x, y + border) || !covered(x, y))
                continue;
            const float narrow = mix.around(x, y);
            std::array<float, 5> cross = {narrow, mix.around(x - kArm, y), mix.around(x + kArm, y),
                                          mix.around(x, y - kArm), mix.around(x, y + kArm)};
            if (!std::isfinite(std::accumulate(cross.begin(), cross.end(), 0.0F))) continue;
            std::nth_element(cross.begin(), cross.begin() + 1, cross.end());  // the sky's is as low as the nebula's
            for (const int at : {x, x - kArm / 2}) {                          // two pairs that share no pixel
                const float difference = mix.at(at + 1, y) - mix.at(at, y);
                if (std::isfinite(difference)) out.differences.push_back(difference);
            }
            out.places.push_back({2.0F * static_cast<float>(x) / static_cast<float>(width) - 1,
                                  2.0F * static_cast<float>(y) / static_cast<float>(height) - 1, cross[1], narrow});
        }
    }
    return out;
}

// c + a x + b y
struct SkyPlane {
    double c = 0, a = 0, b = 0;
    double at(const Place& p) const { return c + a * static_cast<double>(p.x) + b * static_cast<double>(p.y); }
};

// Least squares over the places at which `keep` says so; the plane before where they do not make one.
template <class Keep>
SkyPlane fitted(const std::vector<Place>& places, const SkyPlane& before, const Keep& keep) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0, v = 0, xv = 0, yv = 0;
    for (const Place& p : places) {
        const double off = static_cast<double>(p.wide) - before.at(p);
        if (!keep(off)) continue;
        const double px = static_cast<double>(p.x), py = static_cast<double>(p.y);
        n += 1, x += px, y += py, xx += px * px, xy += px * py, yy += py * py;
        v += off, xv += px * off, yv += py * off;
    }
    // About the middle of those kept: then c and the slopes part.
    const double cxx = xx - x * x / n, cxy = xy - x * y / n, cyy = yy - y * y / n;
    const double cxv = xv - x * v / n, cyv = yv - y * v / n;
    const double det = cxx * cyy - cxy * cxy;
    if (n < 20 || !(det > 1e-9 * cxx * cyy)) return before;
    const double a = (cxv * cyy - cyv * cxy) / det, b = (cyv * cxx - cxv * cxy) / det;
    return {before.c + (v - a * x - b * y) / n, before.a + a, before.b + b};
}

struct Sky {
    SkyPlane plane;
    double scatter = 0;  // of the places about it
};

Sky sky_through(const std::vector<Place>& places) {
    std::vector<float> work(places.size());
    Sky sky;
    std::transform(places.begin(), places.end(), work.begin(), [](const Place& p) { return p.wide; });
    const RobustSpread spread = median_and_sigma_in_place(std::span(work));
    sky.plane.c = static_cast<double>(spread.median);
    sky.scatter = static_cast<double>(spread.sigma);
    for (int round = 0; round < kPlaneRounds && sky.scatter > 0; ++round) {
        // What stands out does so upwards.
        const auto keep = [&](double off) { return off < 2 * sky.scatter && off > -4 * sky.scatter; };
        sky.plane = fitted(places, sky.plane, keep);
        std::transform(places.begin(), places.end(), work.begin(), [&](const Place& p) {
            return static_cast<float>(static_cast<double>(p.wide) - sky.plane.at(p));
        });
        const RobustSpread about = median_and_sigma_in_place(std::span(work));
        sky.plane.c += static_cast<double>(about.median);
        sky.scatter = static_cast<double>(about.sigma);
    }
    return sky;
}

// Median of the brightest tenth of what is above the threshold; nothing for fewer than `least` of them.
std::optional<double> brightest_tenth(std::vector<float>& above, std::size_t least) {
    if (above.size() < std::max(least, kLeastOut)) return std::nullopt;
    const std::size_t tenth = std::max<std::size_t>(1, above.size() / 10);
    const auto at = above.begin() + static_cast<std::ptrdiff_t>(tenth / 2);
    std::nth_element(above.begin(), at, above.end(), std::greater<>());
    return static_cast<double>(*at);
}

void take_signal(SnapshotFigures& figures, const std::vector<Place>& places) {
    const Sky sky = sky_through(places);
    const double threshold = kStandsOut * std::max(figures.mixed_noise_adu, sky.scatter);
    std::vector<float> wide, narrow;
    for (const Place& p : places) {
        const double level = sky.plane.at(p);
        const double w = static_cast<double>(p.wide) - level, s = static_cast<double>(p.narrow) - level;
        if (w > threshold) wide.push_back(static_cast<float>(w));
        if (s > threshold) narrow.push_back(static_cast<float>(s));
    }
    figures.signal_adu = brightest_tenth(wide, places.size() / kExtendedShare);
    figures.extended = figures.signal_adu.has_value();
    if (!figures.signal_adu) figures.signal_adu = brightest_tenth(narrow, 0);
}

}  // namespace

SnapshotFigures measure_snapshot(const LivePicture& picture) {
    SnapshotFigures figures;
    figures.planes = static_cast<int>(std::min<std::size_t>(3, picture.planes.size()));
    if (picture.planes.empty() || picture.planes[0].value.empty()) return figures;
    for (std::size_t p = 0; p < static_cast<std::size_t>(figures.planes); ++p)
        figures.noise_adu[p] = noise_of(picture.planes[p]);
    const Sampled sample = sampled(picture, Mix(picture));
    if (sample.places.empty()) return figures;
    constexpr double kClip3 = 0.98485;  // as in plane_sky
    figures.mixed_noise_adu = clipped_mean(sample.differences).sigma / (std::sqrt(2.0) * kClip3);
    if (figures.mixed_noise_adu > 0) take_signal(figures, sample.places);
    return figures;
}

}  // namespace nightstack::tools
