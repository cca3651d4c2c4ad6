// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stitch/features/match.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef NIGHTSTACK_STITCH_ROWS_SEEN
#define NIGHTSTACK_STITCH_ROWS_SEEN
namespace nightstack {
// Of each b: the nearest a so far, how far it and the next nearest are.
struct RowsSeen {
    std::int32_t *first, *second, *index;
};
}  // namespace nightstack
#endif

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// out[j] = a . b_j, whole numbers: 16-bit products added in pairs, which cannot overflow (128 x 255^2 < 2^31). `a` and
// `b` in 16 bits already.
void products(std::int32_t* HWY_RESTRICT out, const std::int16_t* HWY_RESTRICT a, const std::int16_t* HWY_RESTRICT b,
              int count) {
    const hn::CappedTag<std::int16_t, 32> d16;
    const hn::RepartitionToWide<decltype(d16)> d32;
    constexpr std::size_t kLength = 128;
    const std::size_t lanes = hn::Lanes(d16);
    int j = 0;
    for (; j + 2 <= count; j += 2) {
        const std::int16_t* HWY_RESTRICT one = b + static_cast<std::size_t>(j) * kLength;
        const std::int16_t* HWY_RESTRICT two = one + kLength;
        auto sum1 = hn::Zero(d32), rest1 = sum1, sum2 = sum1, rest2 = sum1;
        for (std::size_t i = 0; i < kLength; i += lanes) {
            const auto x = hn::LoadU(d16, a + i);
            sum1 = hn::ReorderWidenMulAccumulate(d32, x, hn::LoadU(d16, one + i), sum1, rest1);
            sum2 = hn::ReorderWidenMulAccumulate(d32, x, hn::LoadU(d16, two + i), sum2, rest2);
        }
        out[j] = static_cast<std::int32_t>(hn::GetLane(hn::SumOfLanes(d32, hn::Add(sum1, rest1))));
        out[j + 1] = static_cast<std::int32_t>(hn::GetLane(hn::SumOfLanes(d32, hn::Add(sum2, rest2))));
    }
    for (; j < count; ++j) {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < kLength; ++i)
            sum += static_cast<std::int32_t>(a[i]) * b[static_cast<std::size_t>(j) * kLength + i];
        out[j] = sum;
    }
}

// Turns products into squared distances, tells each b of this a, and finds the least and the next of them. Plain loops,
// whole numbers: the same at all levels.
void see_row(std::int32_t* HWY_RESTRICT row, std::int32_t own, const std::int32_t* HWY_RESTRICT squares,
             const RowsSeen& seen, std::int32_t a, int count, std::array<std::int32_t, 2>& least) {
    std::int32_t* HWY_RESTRICT first = seen.first;
    std::int32_t* HWY_RESTRICT second = seen.second;
    std::int32_t* HWY_RESTRICT index = seen.index;
    for (int j = 0; j < count; ++j) {
        const std::int32_t d = own + squares[j] - 2 * row[j];
        row[j] = d;
        second[j] = std::min(second[j], std::max(first[j], d));
        index[j] = d < first[j] ? a : index[j];
        first[j] = std::min(first[j], d);
    }
    constexpr int kLanes = 16;
    std::array<std::int32_t, kLanes> low, next;
    low.fill(std::numeric_limits<std::int32_t>::max());
    next.fill(std::numeric_limits<std::int32_t>::max());
    int j = 0;
    for (; j + kLanes <= count; j += kLanes) {
        for (int k = 0; k < kLanes; ++k) {
            const auto lane = static_cast<std::size_t>(k);
            next[lane] = std::min(next[lane], std::max(low[lane], row[j + k]));
            low[lane] = std::min(low[lane], row[j + k]);
        }
    }
    least = {low[0], next[0]};
    const auto see = [&](std::int32_t d) {
        least[1] = std::min(least[1], std::max(least[0], d));
        least[0] = std::min(least[0], d);
    };
    for (std::size_t k = 1; k < kLanes; ++k) {
        see(low[k]);
        see(next[k]);
    }
    for (; j < count; ++j) see(row[j]);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(products);
HWY_EXPORT(see_row);

struct Nearest {
    std::vector<std::int32_t> first, second, index;
    explicit Nearest(std::size_t count)
        : first(count, std::numeric_limits<std::int32_t>::max()), second(first), index(count, -1) {}
};

std::vector<std::int16_t> widened(std::span<const Description> looks) {
    std::vector<std::int16_t> out;
    out.reserve(looks.size() * 128);
    for (const Description& d : looks) out.insert(out.end(), d.begin(), d.end());
    return out;
}

std::int32_t square(const Description& d) {
    std::int32_t sum = 0;
    for (const std::uint8_t v : d) sum += static_cast<std::int32_t>(v) * v;
    return sum;
}

}  // namespace

std::vector<FeatureMatch> match_features(std::span<const Description> a, std::span<const Description> b,
                                         float most_ratio) {
    static_assert(sizeof(Description) == 128);
    if (a.empty() || b.empty()) return {};
    std::vector<std::int32_t> squares(b.size()), row(b.size());
    for (std::size_t j = 0; j < b.size(); ++j) squares[j] = square(b[j]);
    const std::vector<std::int16_t> wide_a = widened(a), wide_b = widened(b);
    const auto count = static_cast<int>(b.size());
    Nearest of_a(a.size()), of_b(b.size());
    const RowsSeen seen{of_b.first.data(), of_b.second.data(), of_b.index.data()};
    for (std::size_t i = 0; i < a.size(); ++i) {
        HWY_DYNAMIC_DISPATCH(products)(row.data(), &wide_a[i * 128], wide_b.data(), count);
        std::array<std::int32_t, 2> least{};
        HWY_DYNAMIC_DISPATCH(see_row)
        (row.data(), square(a[i]), squares.data(), seen, static_cast<std::int32_t>(i), count, least);
        of_a.first[i] = least[0];
        of_a.second[i] = least[1];
        of_a.index[i] = static_cast<std::int32_t>(std::find(row.begin(), row.end(), least[0]) - row.begin());
    }
    std::vector<FeatureMatch> out;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto j = static_cast<std::size_t>(of_a.index[i]);
        if (of_b.index[j] != static_cast<std::int32_t>(i)) continue;
        const std::int32_t first = of_a.first[i], second = std::min(of_a.second[i], of_b.second[j]);
        const float ratio = second > 0 ? std::sqrt(static_cast<float>(first) / static_cast<float>(second)) : 1.0F;
        if (ratio < most_ratio) out.push_back({static_cast<int>(i), of_a.index[i], ratio});
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const FeatureMatch& p, const FeatureMatch& q) { return p.distance < q.distance; });
    return out;
}

}  // namespace nightstack
#endif
