// SPDX-License-Identifier: MIT
// Winsorized rejection with one pixel per lane. A column is sorted once by a network of comparators;
// the kept samples are then an interval of it and rejection only moves its ends. Lanes are
// independent, so every vector width gives the same bits. Vectors are the compiler's own: Highway 1.0
// has no SSE2 target, and here nothing but arithmetic, comparison and choice is needed.
#include "pipeline/stages/calibrate/master_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/calibrate/master_rows.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

constexpr int kBytes = HWY_TARGET == HWY_AVX3 ? 64 : HWY_TARGET == HWY_AVX2 ? 32 : 16;
constexpr int kLanes = kBytes / 4;
using V = float __attribute__((vector_size(kBytes)));
using I = std::int32_t __attribute__((vector_size(kBytes)));

HWY_INLINE V at(const float* p) {
    V v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
HWY_INLINE void put(const V& v, float* p) { std::memcpy(p, &v, sizeof v); }
HWY_INLINE V kept_only(const I& mask, const V& v) { return reinterpret_cast<V>(reinterpret_cast<I>(v) & mask); }
HWY_INLINE V square_root(V v) {
    for (int k = 0; k < kLanes; ++k) v[k] = std::sqrt(v[k]);
    return v;
}
HWY_INLINE bool any(const I& mask) {
    std::uint64_t words[kBytes / 8];
    std::memcpy(words, &mask, sizeof words);
    std::uint64_t all = 0;
    for (const std::uint64_t word : words) all |= word;
    return all != 0;
}

// Kept samples of the sorted column: [begin, end) per lane, as floats to compare with a counter.
struct Kept {
    V begin;
    V end;
    V count() const { return end - begin; }
    I holds(int sample) const {
        const float place = static_cast<float>(sample);
        return (place >= begin) & (place < end);
    }
};

class Columns {
public:
    explicit Columns(const MasterRow& row) : row_(row) {}

    // Sorts the samples of pixels [x, x + kLanes), missing ones to the end.
    Kept load(int x) {
        const V last = V{} + std::numeric_limits<float>::infinity();
        V found{};
        for (int f = 0; f < row_.frame_count; ++f) {
            const V v = at(row_.frames[f] + x);
            const I finite = v - v == V{};
            put(finite ? v : last, sample(f));
            found = finite ? found + 1 : found;
        }
        for (const auto& [i, j] : *row_.network) {
            const V a = at(sample(i));
            const V b = at(sample(j));
            const I ordered = a < b;
            put(ordered ? a : b, sample(i));
            put(ordered ? b : a, sample(j));
        }
        return {V{}, found};
    }

    V median(const Kept& kept) const {
        V m{};
        for (int k = 0; k < kLanes; ++k) {
            const int begin = static_cast<int>(kept.begin[k]);
            const int end = static_cast<int>(kept.end[k]);
            if (begin < end) {
                m[k] = 0.5F * (sample((begin + end - 1) / 2)[k] + sample((begin + end) / 2)[k]);
            }
        }
        return m;
    }

    struct Moments {
        V mean;  // from `centre`
        V variance;
    };
    // Of the kept samples, each pulled in to centre -+ bound.
    Moments moments(const Kept& kept, const V& centre, const V& bound) const {
        V sum{};
        V squares{};
        for (int f = 0; f < row_.frame_count; ++f) {
            const V away = at(sample(f)) - centre;
            const V from_below = away < -bound ? -bound : away;
            const V pulled = kept_only(kept.holds(f), from_below > bound ? bound : from_below);
            sum += pulled;
            squares += pulled * pulled;
        }
        const V n = kept.count();
        const V mean = sum / (n < 1 ? V{} + 1 : n);
        const V rest = (squares - sum * mean) / (n < 2 ? V{} + 1 : n - 1);
        return {mean, rest > 0 ? rest : V{}};
    }

    V winsorized_sigma(const Kept& kept, const V& centre, I wanted) const {
        const V no_bound = V{} + std::numeric_limits<float>::max();
        V sigma = square_root(moments(kept, centre, no_bound).variance);
        V bound = sigma * 1.5F;
        for (int round = 0; round < 60 && any(wanted); ++round) {
            const V next = square_root(moments(kept, centre, bound).variance) * 1.134F;
            const V change = next > sigma ? next - sigma : sigma - next;
            const I settled = change <= sigma * 0.0005F;
            sigma = wanted ? next : sigma;
            const V closer = sigma * 1.5F;  // pulled in again and again, so the bound only shrinks
            bound = closer < bound ? closer : bound;
            wanted &= ~settled;
        }
        return sigma;
    }

    // Moves the ends of the interval in to [low, high].
    Kept within(const Kept& kept, const V& low, const V& high) const {
        V below{};
        V not_above{};
        for (int f = 0; f < row_.frame_count; ++f) {
            const V v = at(sample(f));
            below = v < low ? below + 1 : below;
            not_above = v <= high ? not_above + 1 : not_above;
        }
        return {below > kept.begin ? below : kept.begin, not_above < kept.end ? not_above : kept.end};
    }

    Kept rejected(Kept kept) const {
        I active = kept.count() >= 5;
        while (any(active)) {
            const V centre = median(kept);
            const V sigma = winsorized_sigma(kept, centre, active);
            const Kept next = within(kept, centre - sigma * row_.kappa_low, centre + sigma * row_.kappa_high);
            const I dropped = active & (next.count() < kept.count());
            kept.begin = active ? next.begin : kept.begin;
            kept.end = active ? next.end : kept.end;
            active = dropped & (kept.count() > 3);
        }
        return kept;
    }

private:
    float* sample(int f) const { return row_.scratch + f * kLanes; }

    const MasterRow& row_;
};

// Standard error of the mean of n samples, or of their median where n < 5 (its efficiency is 0.743 for
// three and 0.838 for four). The middle factor undoes the bias of a deviation from few samples.
float standard_error(float variance, float n, bool is_median) {
    if (n < 2) return 0;
    const float factor = is_median ? (n < 3 ? 1.0F : n < 4 ? 1.160F : 1.092F) : 1.0F;
    return factor * std::sqrt(variance / n) * (1 + 0.25F / (n - 1));
}

MasterRowReport combine(const MasterRow& row) {
    MasterRowReport report;
    Columns columns(row);
    const V no_bound = V{} + std::numeric_limits<float>::max();
    for (int x = 0; x < row.width; x += kLanes) {
        const Kept all = columns.load(x);
        const Kept kept = columns.rejected(all);
        const V centre = columns.median(kept);
        const auto [mean, variance] = columns.moments(kept, centre, no_bound);
        const int lanes = std::min(kLanes, row.width - x);
        for (int k = 0; k < lanes; ++k) {
            const float n = all.end[k];
            const bool is_median = n < 5;
            row.out[x + k] = n < 1       ? std::numeric_limits<float>::quiet_NaN()
                             : is_median ? centre[k]
                                         : centre[k] + mean[k];
            report.samples += static_cast<std::int64_t>(n);
            report.rejected += static_cast<std::int64_t>(n - kept.count()[k]);
            report.error_sum += double{standard_error(variance[k], kept.count()[k], is_median)};
        }
    }
    return report;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(combine);

MasterRowReport combine_master_row(const MasterRow& row) { return HWY_DYNAMIC_DISPATCH(combine)(row); }

// Made for the next power of two; values beyond n would be infinite, so that their comparators
// change nothing and are left out.
}  // namespace nightstack
#endif
