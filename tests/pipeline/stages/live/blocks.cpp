// SPDX-License-Identifier: MIT
#include "blocks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace nightstack {
namespace {

std::size_t bytes_for(int pixels, int depth) {
    return static_cast<std::size_t>(pixels) * (8 * static_cast<std::size_t>(depth) + 32);
}

}  // namespace

Block::Block(int pixels, int depth) : pixels_(pixels), depth_(depth), memory_(bytes_for(pixels, depth)) {
    auto* at = static_cast<std::byte*>(memory_.data());
    const auto next = [&](std::size_t bytes) {
        return std::exchange(at, at + bytes * static_cast<std::size_t>(pixels));
    };
    const auto lists = 4 * static_cast<std::size_t>(depth);
    block_.lowest = reinterpret_cast<LiveSample*>(next(lists));
    block_.highest = reinterpret_cast<LiveSample*>(next(lists));
    block_.list_step = pixels;
    block_.squares = reinterpret_cast<double*>(next(8));
    block_.sum = reinterpret_cast<std::int32_t*>(next(4));
    block_.weight = reinterpret_cast<std::uint16_t*>(next(2));
    block_.count = reinterpret_cast<std::uint8_t*>(next(1));
    clear_block(block_, pixels, depth);
}

void Block::add(const std::vector<float>& adu, float units_per_adu, int weight) {
    const AlignedMemory codes(static_cast<std::size_t>(pixels_) * sizeof(LiveSample));
    auto* const first = static_cast<LiveSample*>(codes.data());
    code_samples(adu.data(), pixels_, units_per_adu, weight, first);
    add_codes(first, 1);
}

void Block::add_codes(const LiveSample* codes, int frames) {
    add_to_block(block_, pixels_, depth_, {codes, pixels_, frames});
}

std::vector<Block::Result> Block::clipped(const ClipRule& rule) const {
    const auto n = static_cast<std::size_t>(pixels_);
    std::array<std::vector<double>, 7> f;
    for (auto& v : f) v.assign(n, -1);
    clip_block(block_, pixels_, rule,
               {f[0].data(), f[1].data(), f[2].data(), f[3].data(), f[4].data(), f[5].data(), f[6].data()});
    std::vector<Result> out;
    for (std::size_t i = 0; i < n; ++i) out.push_back({f[0][i], f[1][i], f[2][i], f[3][i], f[4][i], f[5][i], f[6][i]});
    return out;
}

std::vector<FrameSamples> draw_frames(const SampleKind& kind, std::mt19937_64& random) {
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    std::uniform_int_distribution<int> weight(1, kMostLiveWeight);
    std::vector<FrameSamples> frames(static_cast<std::size_t>(kind.frames));
    for (FrameSamples& frame : frames) {
        if (kind.weights) frame.weight = weight(random);
        const double sigma = kind.sigma * std::sqrt(static_cast<double>(kLiveWeightOne) / frame.weight);
        for (int i = 0; i < kind.pixels; ++i) {
            double x = kind.level + sigma * normal(random);
            if (uniform(random) < kind.rate)
                x += kind.sigma * (4 + 60 * uniform(random)) * (uniform(random) < 0.85 ? 1 : -1);
            const bool gone = uniform(random) < kind.missing;
            frame.units.push_back(gone ? std::numeric_limits<float>::quiet_NaN()
                                       : static_cast<float>(std::nearbyint(x)));
        }
    }
    return frames;
}

ClipRule rule_for(int depth, double sigma) {
    ClipRule rule;
    rule.depth = depth;
    rule.variance = sigma * sigma;
    rule.sky = 1000;
    rule.first_factor = first_round_factors(depth);
    return rule;
}

Block::Result twin_of(const std::vector<FrameSamples>& frames, std::size_t pixel, const ClipRule& rule) {
    std::vector<reference::TwinSample> samples;
    for (const FrameSamples& frame : frames)
        if (!std::isnan(frame.units[pixel])) samples.push_back({frame.units[pixel], frame.weight});
    const reference::TwinClip clip = reference::clip_twin(samples, rule);
    return {static_cast<double>(clip.count),
            clip.weight(),
            clip.sum(),
            clip.squares(),
            static_cast<double>(clip.low),
            static_cast<double>(clip.high),
            clip.flagged ? 1.0 : 0.0};
}

}  // namespace nightstack
