// SPDX-License-Identifier: MIT
// Clips the open block, one pixel per lane of doubles; the definition stands in clip.h. All sums are whole numbers
// below 2^53, so that taking samples out and in again is exact. Included once per instruction level; its guard
// therefore toggles.
#if defined(NIGHTSTACK_LIVE_CLIP_BLOCK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_LIVE_CLIP_BLOCK_INL_H
#undef NIGHTSTACK_LIVE_CLIP_BLOCK_INL_H
#else
#define NIGHTSTACK_LIVE_CLIP_BLOCK_INL_H
#endif

#include <limits>

#include <hwy/highway.h>

#include "pipeline/stages/live/block_rows.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using ClipLane = hn::CappedTag<double, 8>;
using ClipV = hn::Vec<ClipLane>;
using ClipMask = hn::Mask<ClipLane>;

inline constexpr double kLaterFactor = 1 / (0.98658 * 0.98658);

// Sums of samples that take part.
struct Taken {
    ClipV count, weight, sum, squares;
};

// One entry of a list, for all lanes, with its products ready.
struct KnownSample {
    ClipV value, weight, weighted, squared;  // x, w, w x, w x^2; where it is not there x is NaN, the others 0
    ClipMask here;                           // the list has it, and the other list has not
    ClipMask taken;                          // it takes part
};

template <int kMost>
struct KnownSamples {
    KnownSample of[2 * kMost];  // the low list, then the high one
    Taken others;               // samples in neither list
};

HWY_INLINE KnownSample decoded(const LiveSample* list, ClipV rank, ClipV known, ClipV left_out) {
    const ClipLane d;
    const hn::Rebind<std::int32_t, ClipLane> di;
    const auto code = hn::LoadU(di, list);
    KnownSample s;
    s.here = hn::Lt(rank, known);
    const ClipV value = hn::PromoteTo(d, hn::ShiftRight<kLiveWeightBits>(code));
    s.value = hn::IfThenElse(s.here, value, hn::Set(d, std::numeric_limits<double>::quiet_NaN()));
    s.weight = hn::IfThenElseZero(s.here, hn::PromoteTo(d, hn::And(code, hn::Set(di, kMostLiveWeight))));
    s.weighted = hn::Mul(s.weight, value);
    s.squared = hn::Mul(s.weighted, value);
    s.taken = hn::And(s.here, hn::Ge(rank, left_out));
    return s;
}

HWY_INLINE ClipV plus_if(ClipMask which, ClipV sum, ClipV more) {
#if HWY_TARGET <= HWY_AVX3
    return hn::IfThenElse(which, hn::Add(sum, more), sum);  // one instruction
#else
    return hn::Add(sum, hn::IfThenElseZero(which, more));
#endif
}

HWY_INLINE void add_if(Taken& sums, const KnownSample& s, ClipMask which) {
    sums.count = plus_if(which, sums.count, hn::Set(ClipLane(), 1.0));
    sums.weight = plus_if(which, sums.weight, s.weight);
    sums.sum = plus_if(which, sums.sum, s.weighted);
    sums.squares = plus_if(which, sums.squares, s.squared);
}

HWY_INLINE void subtract(Taken& sums, const KnownSample& s) {
    sums.count = hn::Sub(sums.count, hn::IfThenElseZero(s.here, hn::Set(ClipLane(), 1.0)));
    sums.weight = hn::Sub(sums.weight, s.weight);
    sums.sum = hn::Sub(sums.sum, s.weighted);
    sums.squares = hn::Sub(sums.squares, s.squared);
}

HWY_INLINE Taken all_of(const OpenBlock& block, int x) {
    const ClipLane d;
    const hn::Rebind<std::int32_t, ClipLane> di;
    const hn::Rebind<std::uint16_t, ClipLane> d16;
    const hn::Rebind<std::uint8_t, ClipLane> d8;
    return {hn::PromoteTo(d, hn::PromoteTo(di, hn::LoadU(d8, block.count + x))),
            hn::PromoteTo(d, hn::PromoteTo(di, hn::LoadU(d16, block.weight + x))),
            hn::PromoteTo(d, hn::LoadU(di, block.sum + x)), hn::LoadU(d, block.squares + x)};
}

// The lists, and what takes part at the start.
template <int kMost>
HWY_INLINE Taken find_known(const OpenBlock& block, int x, int depth, const Taken& all, KnownSamples<kMost>& known) {
    const ClipLane d;
    const ClipV one = hn::Set(d, 1.0), half = hn::Set(d, 0.5), most = hn::Set(d, static_cast<double>(depth));
    const ClipV n = all.count;
    const ClipV lows = hn::Min(most, hn::Floor(hn::Mul(hn::Add(n, one), half)));
    const ClipV highs = hn::Min(most, hn::Floor(hn::Mul(n, half)));
    const ClipV left_out =
        hn::IfThenElseZero(hn::Ge(n, hn::Set(d, 3.0)), hn::Min(most, hn::Floor(hn::Mul(hn::Sub(n, one), half))));
    known.others = all;
#pragma GCC unroll 8
    for (int j = 0; j < depth; ++j) {
        const ClipV rank = hn::Set(d, static_cast<double>(j));
        const std::ptrdiff_t at = j * block.list_step + x;
        known.of[j] = decoded(block.lowest + at, rank, lows, left_out);
        known.of[depth + j] = decoded(block.highest + at, rank, highs, left_out);
        subtract(known.others, known.of[j]);
        subtract(known.others, known.of[depth + j]);
    }
    Taken start = known.others;
#pragma GCC unroll 8
    for (int j = 0; j < 2 * depth; ++j) add_if(start, known.of[j], known.of[j].taken);
    return start;
}

// v0, what is known of a sample of weight one.
HWY_INLINE ClipV known_variance(ClipV mean, const ClipRule& rule) {
    const ClipLane d;
    const ClipV signal = hn::Max(hn::Zero(d), hn::Sub(mean, hn::Set(d, rule.sky)));
    const ClipV object = hn::Mul(hn::Set(d, rule.object_share), signal);
    const ClipV photons = hn::Mul(hn::Set(d, rule.signal_variance), signal);
    return hn::Add(hn::Add(hn::Set(d, rule.variance), photons), hn::Mul(object, object));
}

// v (1 + 1 / n) for a variance v of weight one, in units of weight 1.
HWY_INLINE ClipV with_mean(ClipV v, ClipV count) {
    const ClipLane d;
    const ClipV one = hn::Set(d, 1.0);
    return hn::Mul(hn::Mul(v, hn::Set(d, static_cast<double>(kLiveWeightOne))), hn::Add(one, hn::Div(one, count)));
}

HWY_INLINE ClipV bound_of(const Taken& t, ClipV mean, ClipV factor, const ClipRule& rule) {
    const ClipLane d;
    const ClipV known = known_variance(mean, rule);
    const ClipV spread = hn::Max(hn::Zero(d), hn::Sub(t.squares, hn::Mul(t.sum, mean)));
    const ClipV scaled = hn::Mul(hn::Mul(spread, factor), hn::Set(d, 1.0 / kLiveWeightOne));
    const ClipV weighed = hn::Add(hn::Mul(hn::Set(d, kKnownNoiseSamples), known), scaled);
    return with_mean(hn::Div(weighed, hn::Add(hn::Set(d, kKnownNoiseSamples - 1), t.count)), t.count);
}

struct Bounds {
    ClipV mean, low, high;  // squared, in units of weight 1; infinite where all take part
    bool even;              // low is high
};

// Never a sample that is not there: its value is NaN.
HWY_INLINE ClipMask within(const KnownSample& s, const Bounds& b) {
    const ClipV off = hn::Sub(s.value, b.mean);
    const ClipV distance = hn::Mul(hn::Mul(off, off), s.weight);
    if (b.even) return hn::Le(distance, b.high);
    return hn::Le(distance, hn::IfThenElse(hn::Lt(off, hn::Zero(ClipLane())), b.low, b.high));
}

// One round: `t` becomes the sums of what takes part now. Whether anything moved. A lane that would lose all its
// samples keeps what it has.
template <int kMost>
HWY_INLINE bool judge(KnownSamples<kMost>& known, int depth, const Bounds& bounds, Taken& t) {
    const ClipLane d;
    ClipMask now[2 * kMost];
    Taken next = known.others;
    ClipMask moved = hn::FirstN(d, 0);
#pragma GCC unroll 8
    for (int j = 0; j < 2 * depth; ++j) {
        now[j] = within(known.of[j], bounds);
        add_if(next, known.of[j], now[j]);
        moved = hn::Or(moved, hn::Xor(now[j], known.of[j].taken));
    }
    const ClipMask may = hn::Or(hn::Gt(next.count, hn::Zero(d)), hn::Eq(t.count, hn::Zero(d)));
    moved = hn::And(moved, may);
    if (hn::AllFalse(d, moved)) return false;
#pragma GCC unroll 8
    for (int j = 0; j < 2 * depth; ++j)
        known.of[j].taken = hn::Or(hn::And(may, now[j]), hn::AndNot(may, known.of[j].taken));
    t.count = hn::IfThenElse(may, next.count, t.count);
    t.weight = hn::IfThenElse(may, next.weight, t.weight);
    t.sum = hn::IfThenElse(may, next.sum, t.sum);
    t.squares = hn::IfThenElse(may, next.squares, t.squares);
    return true;
}

// Whether samples that are in neither list may be outliers.
template <int kMost>
HWY_INLINE ClipMask may_hide_outliers(const Taken& all, const Taken& t, const KnownSamples<kMost>& known, ClipV low,
                                      ClipV high, int depth, const ClipRule& rule) {
    const ClipLane d;
    const ClipV most = hn::Set(d, static_cast<double>(depth));
    const ClipMask hidden = hn::Gt(all.count, hn::Add(most, most));
    const ClipV mean = hn::IfThenElseZero(hidden, hn::Div(t.sum, t.weight));
    const ClipV v0 = hn::IfThenElseZero(hidden, with_mean(known_variance(mean, rule), t.count));
    const auto beyond = [&](const KnownSample& innermost, double kappa) {
        const ClipV off = hn::Sub(innermost.value, mean);
        return hn::Gt(hn::Mul(hn::Mul(off, off), innermost.weight), hn::Mul(v0, hn::Set(d, kappa * kappa)));
    };
    const ClipMask low_end = hn::Or(hn::Eq(low, most), beyond(known.of[depth - 1], rule.kappa_low));
    const ClipMask high_end = hn::Or(hn::Eq(high, most), beyond(known.of[2 * depth - 1], rule.kappa_high));
    return hn::And(hidden, hn::Or(low_end, high_end));
}

HWY_INLINE ClipV left_out_of(const KnownSample* list, int depth) {
    const ClipLane d;
    ClipV out = hn::Zero(d);
#pragma GCC unroll 8
    for (int j = 0; j < depth; ++j)
        out = hn::Add(out, hn::IfThenElseZero(hn::AndNot(list[j].taken, list[j].here), hn::Set(d, 1.0)));
    return out;
}

template <int kMost>
HWY_INLINE void write_clipped(const Taken& all, const Taken& t, const KnownSamples<kMost>& known, int x, int depth,
                              const ClipRule& rule, const ClippedRun& out) {
    const ClipLane d;
    const ClipV low = left_out_of(known.of, depth), high = left_out_of(known.of + depth, depth);
    const ClipMask flagged = may_hide_outliers(all, t, known, low, high, depth, rule);
    hn::StoreU(t.count, d, out.count + x);
    hn::StoreU(t.weight, d, out.weight + x);
    hn::StoreU(t.sum, d, out.sum + x);
    hn::StoreU(t.squares, d, out.squares + x);
    hn::StoreU(low, d, out.low + x);
    hn::StoreU(high, d, out.high + x);
    hn::StoreU(hn::IfThenElseZero(flagged, hn::Set(d, 1.0)), d, out.flagged + x);
}

HWY_INLINE ClipV first_factors(ClipV count, const ClipRule& rule) {
    const ClipLane d;
    const hn::RebindToSigned<ClipLane> di;
    return hn::GatherIndex(d, rule.first_factor.data(), hn::ConvertTo(di, count));
}

// `kDepth`: the depth where it is known beforehand, so that the samples stay in registers; 0 = that of the rule.
template <int kDepth>
void clip_lists(const OpenBlock& block, int pixels, const ClipRule& rule, const ClippedRun& out) {
    const ClipLane d;
    const int depth = kDepth > 0 ? kDepth : rule.depth;
    const ClipV low = hn::Set(d, rule.kappa_low * rule.kappa_low), high = hn::Set(d, rule.kappa_high * rule.kappa_high);
    const bool even = rule.kappa_low == rule.kappa_high;
    for (int x = 0; x < pixels; x += static_cast<int>(hn::MaxLanes(d))) {
        const Taken all = all_of(block, x);
        KnownSamples<(kDepth > 0 ? kDepth : kMostClipDepth)> known;
        Taken t = find_known(block, x, depth, all, known);
        ClipV factor = first_factors(all.count, rule);
        const ClipMask judged = hn::Ge(all.count, hn::Set(d, 3.0));
        const ClipV endless = hn::Set(d, std::numeric_limits<double>::infinity());
        for (int round = 0; round < kClipRounds; ++round) {
            const auto any = hn::Gt(t.count, hn::Zero(d));
            const ClipV mean = hn::IfThenElseZero(any, hn::Div(t.sum, t.weight));
            const ClipV bound = hn::IfThenElse(judged, bound_of(t, mean, factor, rule), endless);
            const Bounds bounds{mean, hn::Mul(bound, low), hn::Mul(bound, high), even};
            if (!judge(known, depth, bounds, t) && round > 0) break;
            factor = hn::Set(d, kLaterFactor);
        }
        write_clipped(all, t, known, x, depth, rule, out);
    }
}

void clip_run(const OpenBlock& block, int pixels, const ClipRule& rule, const ClippedRun& out) {
    if (rule.depth == 4) return clip_lists<4>(block, pixels, rule, out);
    clip_lists<0>(block, pixels, rule, out);
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
