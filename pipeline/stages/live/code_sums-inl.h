// SPDX-License-Identifier: MIT
// Samples become codes, and codes become sums, one pixel per lane. Included once per instruction level; its guard
// therefore toggles.
#if defined(NIGHTSTACK_LIVE_CODE_SUMS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_LIVE_CODE_SUMS_INL_H
#undef NIGHTSTACK_LIVE_CODE_SUMS_INL_H
#else
#define NIGHTSTACK_LIVE_CODE_SUMS_INL_H
#endif

#include <limits>

#include <hwy/highway.h>

#include "pipeline/stages/live/block_rows.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using CodeFloats = hn::CappedTag<float, kBlockRun>;
using CodeInts = hn::RebindToSigned<CodeFloats>;
using IntV = hn::Vec<CodeInts>;
using SquareLane = hn::CappedTag<double, kBlockRun / 2>;

HWY_INLINE hn::Mask<CodeInts> is_there(IntV code) { return hn::Ne(code, hn::Set(CodeInts(), kNoLowest)); }

void code_run(const float* samples, int pixels, float units_per_adu, int weight, float* codes) {
    const CodeFloats d;
    const CodeInts di;
    const auto finite = hn::Set(d, std::numeric_limits<float>::max());
    const auto most = hn::Set(d, static_cast<float>(kMostLiveValue));
    for (int x = 0; x < pixels; x += static_cast<int>(hn::MaxLanes(d))) {
        const auto adu = hn::LoadU(d, samples + x);
        const auto covered = hn::Le(hn::Abs(adu), finite);  // false for NaN
        const auto units = hn::Mul(hn::IfThenElseZero(covered, adu), hn::Set(d, units_per_adu));
        const IntV value = hn::NearestInt(hn::Min(hn::Max(units, hn::Neg(most)), most));
        const IntV code = hn::Or(hn::ShiftLeft<kLiveWeightBits>(value), hn::Set(di, weight));
        const IntV kept = hn::IfThenElse(hn::RebindMask(di, covered), code, hn::Set(di, kNoLowest));
        hn::Store(hn::BitCast(d, kept), d, codes + x);
    }
}

// Sums over the codes of one pixel per lane. Squares: sums of w x^2 of the even lanes and of the odd ones.
struct CodeSums {
    IntV count, weight, sum;
#if HWY_TARGET == HWY_SCALAR
    double squares;
#else
    hn::Vec<hn::RepartitionToWide<CodeInts> > even, odd;
#endif
};

// `kAll`: no code is missing. Eight products w x^2 stay below 2^49.
template <int N, bool kAll>
HWY_INLINE CodeSums summed(const IntV* codes) {
    const CodeInts di;
    const IntV none = hn::Zero(di);
#if HWY_TARGET == HWY_SCALAR
    CodeSums s{none, none, none, 0};
#else
    const hn::RepartitionToWide<CodeInts> dw;
    CodeSums s{none, none, none, hn::Zero(dw), hn::Zero(dw)};
#endif
    if constexpr (kAll) s.count = hn::Set(di, N);
#pragma GCC unroll 8
    for (int n = 0; n < N; ++n) {
        IntV code = codes[n];
        if constexpr (!kAll) {
            const auto there = is_there(code);
            code = hn::IfThenElseZero(there, code);
            s.count = hn::Add(s.count, hn::IfThenElseZero(there, hn::Set(di, 1)));
        }
        const IntV weight = hn::And(code, hn::Set(di, kMostLiveWeight));
        const IntV value = hn::ShiftRight<kLiveWeightBits>(code);
        const IntV weighted = hn::Mul(value, weight);
        s.weight = hn::Add(s.weight, weight);
        s.sum = hn::Add(s.sum, weighted);
#if HWY_TARGET == HWY_SCALAR
        s.squares += static_cast<double>(hn::GetLane(weighted)) * static_cast<double>(hn::GetLane(value));
#else
        const auto odd_lanes = [&](IntV v) { return hn::BitCast(di, hn::ShiftRight<32>(hn::BitCast(dw, v))); };
        s.even = hn::Add(s.even, hn::MulEven(weighted, value));
        s.odd = hn::Add(s.odd, hn::MulEven(odd_lanes(weighted), odd_lanes(value)));
#endif
    }
    return s;
}

#if HWY_TARGET != HWY_SCALAR
// A whole number from 0 to below 2^52: its bits behind those of 2^52 are the sum of both.
template <class V>
HWY_INLINE hn::Vec<SquareLane> whole_double(V number) {
    const SquareLane d;
    const hn::RebindToSigned<SquareLane> dw;
    const auto base = hn::Set(d, 4503599627370496.0);
    return hn::Sub(hn::BitCast(d, hn::Or(number, hn::BitCast(dw, base))), base);
}

// Even and odd lanes in the order of the pixels: the first half of them, the second.
struct Halves {
    hn::Vec<SquareLane> first, second;
};
template <class V>
HWY_INLINE Halves in_order(V even, V odd) {
    const SquareLane d;
    const auto e = whole_double(even), o = whole_double(odd);
    const auto low = hn::InterleaveLower(d, e, o), high = hn::InterleaveUpper(d, e, o);  // within blocks of 16 bytes
    Halves out{hn::ConcatLowerLower(d, high, low), hn::ConcatUpperUpper(d, high, low)};
    if constexpr (hn::MaxLanes(SquareLane()) == 8) {
        alignas(64) static constexpr std::int64_t kBlocks[8] = {0, 1, 4, 5, 2, 3, 6, 7};
        const auto order = hn::SetTableIndices(d, kBlocks);
        out = {hn::TableLookupLanes(out.first, order), hn::TableLookupLanes(out.second, order)};
    }
    return out;
}
#endif

HWY_INLINE void add_squares(double* to, const CodeSums& s) {
#if HWY_TARGET == HWY_SCALAR
    *to += s.squares;
#else
    const SquareLane d;
    const Halves squares = in_order(s.even, s.odd);
    double* const second = to + hn::MaxLanes(d);
    const auto first_sum = hn::Add(hn::Load(d, to), squares.first);
    const auto second_sum = hn::Add(hn::Load(d, second), squares.second);
    hn::Store(first_sum, d, to);
    hn::Store(second_sum, d, second);
#endif
}

HWY_INLINE void add_sums(const OpenBlock& block, int x, const CodeSums& s) {
    const CodeInts di;
    const hn::Rebind<std::uint16_t, CodeInts> d16;
    const hn::Rebind<std::uint8_t, CodeInts> d8;
    hn::Store(hn::Add(hn::Load(di, block.sum + x), s.sum), di, block.sum + x);
    add_squares(block.squares + x, s);
    const IntV weight = hn::Add(hn::PromoteTo(di, hn::LoadU(d16, block.weight + x)), s.weight);
    hn::StoreU(hn::DemoteTo(d16, weight), d16, block.weight + x);
    const IntV count = hn::Add(hn::PromoteTo(di, hn::LoadU(d8, block.count + x)), s.count);
    hn::StoreU(hn::DemoteTo(d8, count), d8, block.count + x);
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
