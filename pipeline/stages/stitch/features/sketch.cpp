// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/sketch.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stitch/features/sketch.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// The fewest and the next fewest bits in which (low, high) differs from each of `count` others.
void fewest_bits(std::uint64_t* HWY_RESTRICT fewest, std::uint64_t low, std::uint64_t high,
                 const std::uint64_t* HWY_RESTRICT lows, const std::uint64_t* HWY_RESTRICT highs, std::size_t count) {
    const hn::ScalableTag<std::uint64_t> d;
    const hn::RebindToSigned<decltype(d)> ds;
    const std::size_t lanes = hn::Lanes(d);
    const auto own_low = hn::Set(d, low), own_high = hn::Set(d, high);
    auto first = hn::Set(ds, 1000), second = first;
    std::size_t j = 0;
    for (; j + lanes <= count; j += lanes) {
        const auto bits = hn::BitCast(ds, hn::Add(hn::PopulationCount(hn::Xor(own_low, hn::LoadU(d, lows + j))),
                                                  hn::PopulationCount(hn::Xor(own_high, hn::LoadU(d, highs + j)))));
        second = hn::Min(second, hn::Max(first, bits));
        first = hn::Min(first, bits);
    }
    HWY_ALIGN std::int64_t firsts[HWY_MAX_BYTES / 8], seconds[HWY_MAX_BYTES / 8];
    hn::Store(first, ds, firsts);
    hn::Store(second, ds, seconds);
    std::int64_t best = 1000, next = 1000;
    const auto see = [&](std::int64_t v) {
        next = std::min(next, std::max(best, v));
        best = std::min(best, v);
    };
    for (std::size_t k = 0; k < lanes; ++k) {
        see(firsts[k]);
        see(seconds[k]);
    }
    for (; j < count; ++j) see(std::popcount(low ^ lows[j]) + std::popcount(high ^ highs[j]));
    fewest[0] = static_cast<std::uint64_t>(best);
    fewest[1] = static_cast<std::uint64_t>(next);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(fewest_bits);

constexpr int kLarge = 40;  // the parts of a unit vector are 45 in the mean of their squares

}  // namespace

FeatureSketch sketch_of(std::span<const Description> looks) {
    FeatureSketch out;
    out.low.assign(looks.size(), 0);
    out.high.assign(looks.size(), 0);
    for (std::size_t i = 0; i < looks.size(); ++i) {
        for (std::size_t k = 0; k < 64; ++k) {
            out.low[i] |= static_cast<std::uint64_t>(looks[i][k] > kLarge ? 1 : 0) << k;
            out.high[i] |= static_cast<std::uint64_t>(looks[i][k + 64] > kLarge ? 1 : 0) << k;
        }
    }
    return out;
}

int sketch_likeness(const FeatureSketch& a, const FeatureSketch& b) {
    int count = 0;
    for (std::size_t i = 0; i < a.low.size(); ++i) {
        std::uint64_t fewest[2];
        HWY_DYNAMIC_DISPATCH(fewest_bits)(fewest, a.low[i], a.high[i], b.low.data(), b.high.data(), b.low.size());
        count += 10 * fewest[0] < 7 * fewest[1] ? 1 : 0;
    }
    return count;
}

}  // namespace nightstack
#endif
