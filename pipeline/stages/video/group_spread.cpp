// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/group_spread.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "pipeline/stages/video/group_noise.h"
#include "pipeline/stages/video/trimmed_rms.h"

namespace nightstack {
namespace {

constexpr double kSigmaPerMad = 1.482602218505602;  // of a normal distribution
constexpr int kLeastGroups = 3;                     // of fewer nothing is rejected
constexpr std::size_t kLeastPlaces = 64;
constexpr double kMoreRejected = 0.002;  // than of normal noise
// Where something moves all the time it must not pass for noise: no more than so many times what the middle half of the
// samples scatters, or so many levels in a single picture, which is what JPEG's steps make. They are much the same in
// pictures that lie close together, so that the mean of many has more of them than of their noise.
constexpr double kMostOverMiddle = 4;
constexpr double kMostLevels = 3;
constexpr int kMostApart = 8;
constexpr int kBisections = 6;

constexpr float kNoData = std::numeric_limits<float>::quiet_NaN();
constexpr Rect kPart{0, 0, kLiveTileSide, GroupSpread::kMostPlaces / kLiveTileSide};

// At most so many pixels spread over the area. The step is odd, so that all places within a block of JPEG occur.
std::vector<Rect> spread_over(const Rect& area) {
    int step = 1;
    const auto along = [&](int length) { return (length + step - 1) / step; };
    while (along(area.width) * along(area.height) > GroupSpread::kMostPlaces) step += 2;
    std::vector<Rect> out;
    for (int y = area.y; y < area.bottom(); y += step)
        for (int x = area.x; x < area.right(); x += step) out.push_back({x, y, 1, 1});
    return out;
}

float of_rank(std::vector<float>& values, std::size_t rank) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

// Which share of so many samples of normal noise the rule of three sigma leaves out, by trial.
double rejected_of_normal(int groups) { return std::clamp((groups - 6) * 0.0003, 0.0, 0.0033); }

}  // namespace

// What the tile says of a plane.
struct GroupSpread::Shown {
    Image<float> value{kPart.width, kPart.height}, variance{kPart.width, kPart.height};
    Image<std::uint16_t> coverage{kPart.width, kPart.height}, low{kPart.width, kPart.height},
        high{kPart.width, kPart.height};
    Image<std::uint8_t> flag{kPart.width, kPart.height};
    ClipScratch scratch;
    LiveTilePicture views() {
        return {value.view(), variance.view(), coverage.view(), low.view(), high.view(), flag.view()};
    }
};

GroupSpread::GroupSpread(const Rect& area, const LiveStackOptions& options)
    : options_(options),
      first_factor_(first_round_factors(options.clip_depth)),
      places_(spread_over(area)),
      samples_(static_cast<std::size_t>(options.planes * kMostGroups) * places_.size(), kNoData),
      tile_(options.planes, options.clip_depth) {
    assert(!area.empty());
}

std::size_t GroupSpread::bytes(const LiveStackOptions& options) {
    const std::size_t samples = std::size_t{kMostGroups} * kMostPlaces * static_cast<std::size_t>(options.planes);
    return 2 * samples * sizeof(float) + LiveTile::bytes(options.planes, options.clip_depth);  // twice for a median
}

const float* GroupSpread::samples(int plane, std::size_t place) const {
    return &samples_[(static_cast<std::size_t>(plane) * places_.size() + place) * kMostGroups];
}

void GroupSpread::add(const VideoGroup& group, const std::array<double, 3>& offset, int weight) {
    assert(groups_ < kMostGroups && group.planes() == options_.planes);
    const auto planes = static_cast<std::size_t>(options_.planes);
    const std::array<ImageView<float>, 3> room = tile_.room();
    for (std::size_t p = 0; p < planes; ++p)
        for (int y = 0; y < kLiveTileSide; ++y) std::fill_n(room[p].row_data(y), kLiveTileSide, kNoData);
    std::array<float, 3> pixel{};
    std::array<ImageView<float>, 3> views;
    for (std::size_t p = 0; p < planes; ++p) views[p] = ImageView<float>(&pixel[p], 1, 1, 1);
    for (std::size_t i = 0; i < places_.size(); ++i) {
        group.fill(places_[i], std::span(views).first(planes), offset);
        const int x = static_cast<int>(i) % kLiveTileSide, y = static_cast<int>(i) / kLiveTileSide;
        for (std::size_t p = 0; p < planes; ++p) {
            room[p](x, y) = pixel[p];
            samples_[(p * places_.size() + i) * kMostGroups + static_cast<std::size_t>(groups_)] = pixel[p];
        }
    }
    std::array<int, 3> all{};
    all.fill(weight);
    tile_.code_room(static_cast<float>(1 / live_unit(options_.white_adu)), all);
    tile_.count_room();
    weights_.push_back(static_cast<float>(weight) / kLiveWeightOne);
    ++groups_;
}

// Of all samples about the mean of their pixel, for weight one: of the middle half, or of all but the largest.
double GroupSpread::scatter(int plane, bool robust) const {
    std::vector<float> sizes;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const float* const here = samples(plane, i);
        double sum = 0, weight = 0;
        int n = 0;
        for (int g = 0; g < groups_; ++g) {
            const float v = here[g];
            const float w = weights_[static_cast<std::size_t>(g)];
            if (std::isnan(v)) continue;
            sum += static_cast<double>(w) * static_cast<double>(v), weight += static_cast<double>(w), ++n;
        }
        if (n < kLeastGroups) continue;
        const double mean = sum / weight, whole = std::sqrt(n / (n - 1.0));
        for (int g = 0; g < groups_; ++g) {
            const float v = here[g];
            const double w = static_cast<double>(weights_[static_cast<std::size_t>(g)]);
            if (!std::isnan(v))
                sizes.push_back(static_cast<float>(std::abs(static_cast<double>(v) - mean) * std::sqrt(w) * whole));
        }
    }
    if (sizes.size() < kLeastPlaces * kLeastGroups) return std::numeric_limits<double>::quiet_NaN();
    return robust ? kSigmaPerMad * static_cast<double>(of_rank(sizes, sizes.size() / 2)) : trimmed_rms(sizes);
}

// The share of a group's samples that the rule leaves out: two of three groups have less.
double GroupSpread::rejected(int plane, double sigma, Shown& shown) const {
    LiveStackOptions options = options_;
    options.noise_adu[static_cast<std::size_t>(plane)] = sigma;
    const double unit = live_unit(options.white_adu);
    tile_.read(plane, clip_rule(options, plane, first_factor_), unit, kPart, shown.views(), shown.scratch);
    const OpenBlock open = tile_.open(plane);
    std::vector<float> out(static_cast<std::size_t>(groups_), 0), all = out;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const int x = static_cast<int>(i) % kLiveTileSide, y = static_cast<int>(i) / kLiveTileSide;
        if (shown.coverage.view()(x, y) < kLeastGroups) continue;
        const float* const here = samples(plane, i);
        const int low = shown.low.view()(x, y), high = shown.high.view()(x, y);
        const auto nth = [&](const LiveSample* list, int n) {
            return (list[(n - 1) * open.list_step + static_cast<std::ptrdiff_t>(i)] >> kLiveWeightBits) * unit;
        };
        constexpr double kAll = std::numeric_limits<double>::infinity();
        const double least = low > 0 ? nth(open.lowest, low) + unit : -kAll;
        const double most = high > 0 ? nth(open.highest, high) - unit : kAll;
        for (int g = 0; g < groups_; ++g) {
            const auto v = static_cast<double>(here[g]);
            if (std::isnan(v)) continue;
            all[static_cast<std::size_t>(g)] += 1;
            if (v < least || v > most) out[static_cast<std::size_t>(g)] += 1;
        }
    }
    std::vector<float> shares;
    for (std::size_t g = 0; g < out.size(); ++g)
        if (all[g] >= kLeastPlaces) shares.push_back(out[g] / all[g]);
    return shares.empty() ? 0 : static_cast<double>(of_rank(shares, shares.size() * 2 / 3));
}

double GroupSpread::plane_noise(int plane, int pictures, Shown& shown) const {
    const double middle = scatter(plane, true);
    if (std::isnan(middle)) return options_.noise_adu[static_cast<std::size_t>(plane)];
    const double hidden = hidden_noise(pictures);
    const double most =
        std::max({kMostOverMiddle * middle, kMostLevels / std::sqrt(std::clamp(pictures, 1, kMostApart)), hidden});
    const double least = std::min(std::max(scatter(plane, false), hidden), most);
    const double allowed = rejected_of_normal(groups_) + kMoreRejected;
    if (rejected(plane, least, shown) <= allowed) return least;
    double low = least, high = most;  // of the high one the rule leaves out few enough, or it is as far as this goes
    for (int i = 0; i < kBisections; ++i) {
        const double middle_way = std::sqrt(low * high);
        (rejected(plane, middle_way, shown) <= allowed ? high : low) = middle_way;
    }
    return high;
}

std::array<double, 3> GroupSpread::noise(int pictures) const {
    std::array<double, 3> out = options_.noise_adu;
    if (groups_ < kLeastGroups) return out;
    Shown shown;
    for (int p = 0; p < options_.planes; ++p) out[static_cast<std::size_t>(p)] = plane_noise(p, pictures, shown);
    return out;
}

}  // namespace nightstack
