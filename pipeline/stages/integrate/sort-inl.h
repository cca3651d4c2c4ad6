// SPDX-License-Identifier: MIT
// Sorts the rows of a column, each pixel by itself, by Batcher's network (sorting_network.h): blocks of
// rows within the registers, then merges through memory, the last three distances of each merge again in
// one go through the registers.
#if defined(NIGHTSTACK_INTEGRATE_SORT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_INTEGRATE_SORT_INL_H
#undef NIGHTSTACK_INTEGRATE_SORT_INL_H
#else
#define NIGHTSTACK_INTEGRATE_SORT_INL_H
#endif

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <hwy/highway.h>

#include "pipeline/stages/integrate/column-inl.h"
#include "pipeline/stages/integrate/sorting_network.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int kGroup = 8;                               // rows come padded to whole groups
inline constexpr int kBlockRows = kLanes == 16 ? 16 : kGroup;  // as many as there are registers for

template <int kRows>
constexpr int count_steps() {
    int steps = 0;
    for_sorting_runs(kRows, 1, [&](const SortingRun& run) { steps += run.length; });
    return steps;
}

template <int kRows>
inline constexpr auto kNetwork = [] {
    std::array<std::pair<int, int>, static_cast<std::size_t>(count_steps<kRows>())> steps{};
    std::size_t at = 0;
    for_sorting_runs(kRows, 1, [&](const SortingRun& run) {
        for (int i = 0; i < run.length; ++i) steps[at++] = {run.first + i, run.first + i + run.distance};
    });
    return steps;
}();

HWY_INLINE void exchange(LaneV& a, LaneV& b) {
    const LaneV smaller = hn::Min(a, b);
    b = hn::Max(a, b);
    a = smaller;
}

template <int kRows, std::size_t... kSteps>
HWY_INLINE void sort_registers(LaneV (&v)[kRows], std::index_sequence<kSteps...>) {
    (exchange(v[kNetwork<kRows>[kSteps].first], v[kNetwork<kRows>[kSteps].second]), ...);
}

// `at` points at register k of the first row, here and below; `from` may be the same.
template <int kRows>
HWY_INLINE void sort_block(const float* from, float* at) {
    const Lane d;
    LaneV v[kRows];
    for (int i = 0; i < kRows; ++i) v[i] = hn::Load(d, from + i * kColumnPixels);
    sort_registers<kRows>(v, std::make_index_sequence<kNetwork<kRows>.size()>());
    for (int i = 0; i < kRows; ++i) hn::Store(v[i], d, at + i * kColumnPixels);
}

// Compare-exchange of whole rows [0, rows) at a and b, an even number.
HWY_INLINE void exchange_rows(float* HWY_RESTRICT a, float* HWY_RESTRICT b, int rows) {
    const Lane d;
    for (int i = 0; i < rows * kColumnPixels; i += 2 * kColumnPixels) {
        for (int k = i; k < i + 2 * kColumnPixels; k += kLanes) {
            LaneV u = hn::Load(d, a + k);
            LaneV v = hn::Load(d, b + k);
            exchange(u, v);
            hn::Store(u, d, a + k);
            hn::Store(v, d, b + k);
        }
    }
}

// The steps of distance 4, 2 and 1 over `rows` rows (whole groups, at least two). Rows 4 + 8 g to 11 + 8 g
// meet at distance 4; the three rows before them are held back for the steps that reach over.
HWY_INLINE void finish_merge(float* HWY_RESTRICT at, int rows) {
    const Lane d;
    const auto row = [&](int f) HWY_ATTR { return at + static_cast<std::ptrdiff_t>(f) * kColumnPixels; };
    LaneV back1 = hn::Load(d, row(1)), back2 = hn::Load(d, row(2)), back3 = hn::Load(d, row(3));
    for (int f = 4; f + kGroup <= rows; f += kGroup) {
        LaneV v[kGroup];
        for (int i = 0; i < kGroup; ++i) v[i] = hn::Load(d, row(f + i));
        for (int i = 0; i < 4; ++i) exchange(v[i], v[i + 4]);
        exchange(back2, v[0]);
        exchange(back3, v[1]);
        exchange(v[2], v[4]);
        exchange(v[3], v[5]);
        exchange(back1, back2);
        exchange(back3, v[0]);
        exchange(v[1], v[2]);
        exchange(v[3], v[4]);
        hn::Store(back1, d, row(f - 3));
        hn::Store(back2, d, row(f - 2));
        hn::Store(back3, d, row(f - 1));
        for (int i = 0; i < 5; ++i) hn::Store(v[i], d, row(f + i));
        back1 = v[5];
        back2 = v[6];
        back3 = v[7];
    }
    LaneV v0 = hn::Load(d, row(rows - 4)), v1 = hn::Load(d, row(rows - 3)), v2 = hn::Load(d, row(rows - 2));
    exchange(back2, v0);
    exchange(back3, v1);
    exchange(back1, back2);
    exchange(back3, v0);
    exchange(v1, v2);
    hn::Store(back1, d, row(rows - 7));
    hn::Store(back2, d, row(rows - 6));
    hn::Store(back3, d, row(rows - 5));
    hn::Store(v0, d, row(rows - 4));
    hn::Store(v1, d, row(rows - 3));
    hn::Store(v2, d, row(rows - 2));
}

// Merges sorted blocks of `block` rows (a power of two, at least a group) within `rows` rows at `at`, which
// are at most two blocks.
HWY_INLINE void merge_pair(float* HWY_RESTRICT at, int block, int rows) {
    const auto row = [&](int f) HWY_ATTR { return at + static_cast<std::ptrdiff_t>(f) * kColumnPixels; };
    exchange_rows(at, row(block), rows - block);
    for (int distance = block / 2; distance >= kGroup; distance /= 2) {
        for (int f = distance; f + distance < rows; f += 2 * distance)
            exchange_rows(row(f), row(f + distance), std::min(distance, rows - distance - f));
    }
    for (int k = 0; k < kColumnPixels; k += kLanes) finish_merge(at + k, rows);
}

// The samples `from` (which may be row.sorted), of which missing ones are infinite, into row.sorted.
HWY_INLINE void sort_column(const CombineRow& row, float* from) {
    const Lane d;
    float* const at = row.sorted;
    const int rows = (row.frame_count + kGroup - 1) / kGroup * kGroup;
    for (int i = row.frame_count * kColumnPixels; i < rows * kColumnPixels; i += kLanes)
        hn::Store(hn::Set(d, std::numeric_limits<float>::infinity()), d, from + i);
    for (int f = 0; f < rows; f += kBlockRows) {
        for (int k = 0; k < kColumnPixels; k += kLanes) {
            const std::ptrdiff_t block = static_cast<std::ptrdiff_t>(f) * kColumnPixels + k;
            f + kBlockRows <= rows ? sort_block<kBlockRows>(from + block, at + block)
                                   : sort_block<kGroup>(from + block, at + block);
        }
    }
    for (int block = kBlockRows; block < rows; block *= 2) {
        for (int f = 0; f + block < rows; f += 2 * block)
            merge_pair(at + static_cast<std::ptrdiff_t>(f) * kColumnPixels, block, std::min(2 * block, rows - f));
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
