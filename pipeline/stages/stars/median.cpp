// SPDX-License-Identifier: MIT
// Few values by counting. Of many, the middle ones of a sample enclose the median nearly always: only what lies
// between them is searched.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "pipeline/stages/stars/statistics.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/median.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/stars/middle-inl.h"

#ifndef NIGHTSTACK_MEDIAN_BETWEEN
#define NIGHTSTACK_MEDIAN_BETWEEN
namespace nightstack {
namespace {

constexpr std::size_t kMostBetween = 8192;
constexpr std::size_t kLanes = 8;
constexpr std::size_t kMany = 1024;  // below, the sample costs more than it saves
constexpr std::size_t kMostSample = 2048;

struct Between {
    std::size_t below = 0;                                // values under the lower bound
    std::size_t count = 0;                                // values between the bounds, both included
    std::array<float, kMostBetween + kLanes + 1> values;  // one vector may pass the end
};

}  // namespace
}  // namespace nightstack
#endif

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// False when there is no room for what lies between. (CompressStore of Highway 1.0.3 copies its whole table for every
// vector; storing each value and moving on by one bit of the mask is quicker.)
bool collect(Between& to, const float* values, std::size_t n, float low, float high) {
    const hn::CappedTag<float, kLanes> d;
    const std::size_t lanes = hn::Lanes(d);
    const auto from = hn::Set(d, low);
    const auto until = hn::Set(d, high);
    std::size_t below = 0;
    float* out = to.values.data();
    float* const last = out + kMostBetween;
    std::size_t i = 0;
    for (; i + lanes <= n && out <= last; i += lanes) {
        const auto v = hn::LoadU(d, values + i);
        const auto under = hn::Lt(v, from);
        below += hn::CountTrue(d, under);
        std::uint8_t bits[8] = {};
        hn::StoreMaskBits(d, hn::AndNot(under, hn::Le(v, until)), bits);
        if (bits[0] == 0) continue;
        for (std::size_t k = 0; k < lanes; ++k) {
            *out = values[i + k];
            out += (bits[0] >> k) & 1;
        }
    }
    for (; i < n && out <= last; ++i) {
        below += values[i] < low ? 1 : 0;
        *out = values[i];
        out += static_cast<int>(values[i] >= low) & static_cast<int>(values[i] <= high);
    }
    to.below = below;
    to.count = static_cast<std::size_t>(out - to.values.data());
    return out <= last;
}

// Three deviations of the sample's median to either side: out of a thousand, three miss.
bool enclosing(float& low, float& high, const float* values, std::size_t n) {
    std::array<float, kMostSample> sample;
    std::size_t wanted = 64;
    while (wanted < kMostSample && 16 * wanted < n) wanted *= 2;  // about where the cost is least
    const std::size_t step = n / wanted;
    for (std::size_t i = 0; i < wanted; ++i) sample[i] = values[i * step];
    const auto reach = static_cast<std::size_t>(1.5 * std::sqrt(static_cast<double>(wanted))) + 1;
    const Middle below = middle_of(sample.data(), wanted, wanted / 2 - reach, wanted / 2 - reach);
    const Middle above = middle_of(sample.data(), wanted, wanted / 2 + reach, wanted / 2 + reach);
    low = below.lower;
    high = above.lower;
    return below.found && above.found;
}

Middle middle_of_any(const float* values, std::size_t n) {
    const std::size_t lower = (n - 1) / 2;
    const std::size_t upper = n / 2;
    if (n < kMany) return middle_of(values, n, lower, upper);
    float low = 0;
    float high = 0;
    Between between;
    if (!enclosing(low, high, values, n) || !collect(between, values, n, low, high) || lower < between.below ||
        upper >= between.below + between.count) {
        return middle_of(values, n, lower, upper);
    }
    return middle_of(between.values.data(), between.count, lower - between.below, upper - between.below);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(middle_of_any);

Middle searched(std::span<float> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return {values.size() % 2 == 1 ? *middle : *std::max_element(values.begin(), middle), *middle, true};
}

}  // namespace

float median_in_place(std::span<float> values) {
    if (values.empty()) return 0;
    Middle m = HWY_DYNAMIC_DISPATCH(middle_of_any)(values.data(), values.size());
    if (!m.found) m = searched(values);
    return m.lower == m.upper ? m.lower : m.lower + (m.upper - m.lower) / 2;
}

}  // namespace nightstack
#endif
