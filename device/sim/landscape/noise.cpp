// SPDX-License-Identifier: MIT
#include "device/sim/landscape/noise.h"

#include <algorithm>

#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

constexpr std::uint64_t kStream = 601;
constexpr double kCoarse_px = 30;  // cells from here on are coarse

}  // namespace

Noise::Noise(std::uint64_t seed) : values_(kMask + 1) {
    const std::uint64_t key = sky::stream_key(seed, kStream);
    for (std::size_t i = 0; i < values_.size(); ++i) values_[i] = static_cast<float>(2 * sky::uniform_at(key, i) - 1);
}

SeenOctaves::SeenOctaves(const Octaves& octaves, double pixel_deg) {
    float amplitude = 1, whole = 0;
    int around = octaves.first;
    for (int i = 0; i < std::min(octaves.count, Octaves::kMost); ++i, around *= 2, amplitude *= octaves.gain) {
        whole += amplitude * amplitude;
        const double cell_px = 360.0 / around / pixel_deg;
        if (cell_px <= 2) continue;
        if (cell_px >= kCoarse_px) ++coarse_;
        const auto seen = static_cast<float>(std::min(1.0, (cell_px - 2) / 2));
        parts_[static_cast<std::size_t>(count_++)] = {
            around / 360.0, around, octaves.key + 7919U * static_cast<std::uint32_t>(i), amplitude * seen};
    }
    // Of all octaves, so that a coarse pixel sees the same, only less of it.
    for (int i = 0; i < count_; ++i) parts_[static_cast<std::size_t>(i)].weight *= 1.7F / std::sqrt(whole);
}

}  // namespace nightstack::device::sim
