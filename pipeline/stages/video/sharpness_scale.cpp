// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/stages/video/luma_sharpness.h"

namespace nightstack {
namespace {

constexpr double kMostEnergy = 0.99;  // of the scene: the patches with most of it that hold so much together
constexpr std::size_t kMostUsual = 512;
constexpr double kOutlier = 4;         // sigma among the patches
constexpr double kLeastOutlier = 0.1;  // of what is usual

// The lower one of two: what one picture of two shows alone does not count.
float lower_median(std::vector<float>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

struct Weighed {
    double value, weight;
};

// Of values in order: the first with so large a share of the weight up to it.
double quantile(const std::vector<Weighed>& values, double share) {
    double left = 0;
    for (const Weighed& v : values) left += share * v.weight;
    for (const Weighed& v : values) {
        left -= v.weight;
        if (left <= 0) return v.value;
    }
    return values.back().value;
}

// What is usual among the patches of a picture: from least to most.
struct Common {
    double least, most;
    bool holds(double v) const { return v >= least && v <= most; }
};

// From the lower half alone, for what comes into a patch adds to it.
Common common(std::vector<Weighed> values) {
    constexpr double kLowShare = 0.1, kHighShare = 0.3;
    constexpr double kApart = 0.757, kBelowMean = 0.524;  // of a normal distribution, in deviations
    std::ranges::sort(values, {}, &Weighed::value);
    const double high = quantile(values, kHighShare);
    const double sigma = (high - quantile(values, kLowShare)) / kApart;
    const double middle = high + kBelowMean * sigma;
    const double off = std::max(kLeastOutlier * middle, kOutlier * sigma);
    return {middle - off, middle + off};
}

}  // namespace

void SharpnessScale::add(const LumaPatches& picture) {
    if (!last_.empty() && last_.front().size() != picture.size()) last_.clear();
    if (last_.size() < kPictures) {
        last_.push_back(picture);
        next_ = 0;
    } else {
        last_[next_] = picture;
        next_ = (next_ + 1) % kPictures;
    }
    learn();
}

// A patch counts by the energy it usually shows, less that of empty sky.
void SharpnessScale::learn() {
    usual_.clear();
    const std::size_t patches = last_.front().size();
    if (patches == 0) return;
    std::vector<float> values, quiet;
    LumaPatches usual(patches);
    for (std::size_t p = 0; p < patches; ++p) {
        for (float LumaPatch::*which : {&LumaPatch::energy, &LumaPatch::light}) {
            values.clear();
            for (const LumaPatches& picture : last_) values.push_back(picture[p].*which);
            usual[p].*which = lower_median(values);
        }
        quiet.push_back(usual[p].energy);
    }
    std::ranges::nth_element(quiet, quiet.begin() + static_cast<std::ptrdiff_t>(patches / 4));
    const double sky = patches < 4 ? 0 : static_cast<double>(quiet[patches / 4]);
    std::vector<std::pair<double, std::size_t>> excess;
    double total = 0;
    for (std::size_t p = 0; p < patches; ++p) {
        const double more = static_cast<double>(usual[p].energy) - sky;
        if (more <= 0 || usual[p].light <= 0) continue;
        excess.emplace_back(-more, p);  // the most first
        total += more;
    }
    std::ranges::sort(excess);
    double held = 0;
    for (const auto& [less, p] : excess) {
        if (held > kMostEnergy * total || usual_.size() == kMostUsual) break;
        held -= less;
        usual_.push_back(
            {p, std::sqrt(-less), static_cast<double>(usual[p].energy), static_cast<double>(usual[p].light)});
    }
}

double SharpnessScale::of(const LumaPatches& picture) const {
    if (usual_.empty() || last_.front().size() != picture.size()) return 0;
    std::vector<Weighed> energy, light;
    for (const Usual& u : usual_) {
        energy.push_back({static_cast<double>(picture[u.patch].energy) / u.energy, u.weight});
        light.push_back({static_cast<double>(picture[u.patch].light) / u.light, u.weight});
    }
    const Common here = common(energy);
    double sum = 0, expected = 0;
    for (std::size_t i = 0; i < usual_.size(); ++i) {
        if (!here.holds(energy[i].value)) continue;
        sum += energy[i].value * usual_[i].energy;
        expected += usual_[i].energy;
    }
    std::ranges::sort(light, {}, &Weighed::value);
    const double gain = quantile(light, 0.5);  // of a picture of less light nothing is told by dividing
    return expected > 0 ? sum / expected / std::max(1.0, gain * gain) : 0;
}

}  // namespace nightstack
