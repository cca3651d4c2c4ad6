// SPDX-License-Identifier: MIT
// A frame's samples enter the open block: into fixed point, into the sums, and through the two lists by
// compare-exchange, one pixel per lane. Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_LIVE_ADD_BLOCK_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_LIVE_ADD_BLOCK_INL_H
#undef NIGHTSTACK_LIVE_ADD_BLOCK_INL_H
#else
#define NIGHTSTACK_LIVE_ADD_BLOCK_INL_H
#endif

#include <limits>

#include <hwy/highway.h>

#include "pipeline/stages/live/block_rows.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using AddFloats = hn::CappedTag<float, kBlockRun>;
using AddInts = hn::RebindToSigned<AddFloats>;
using IntV = hn::Vec<AddInts>;

// Value in units; missing samples are told apart by the mask.
HWY_INLINE IntV to_units(hn::Vec<AddFloats> adu, float units_per_adu) {
    const AddFloats d;
    const auto most = hn::Set(d, static_cast<float>(kMostLiveValue));
    const auto units = hn::Mul(adu, hn::Set(d, units_per_adu));
    return hn::NearestInt(hn::Min(hn::Max(units, hn::Neg(most)), most));
}

// sum of w x^2, as many lanes of doubles at a time as there are.
HWY_INLINE void add_squares(double* squares, IntV value, IntV weight) {
    const hn::CappedTag<double, kBlockRun / 2> dd;
    const hn::Rebind<std::int32_t, decltype(dd)> di;
    HWY_ALIGN std::int32_t x[kBlockRun];
    HWY_ALIGN std::int32_t w[kBlockRun];
    hn::Store(value, AddInts(), x);
    hn::Store(weight, AddInts(), w);
    for (std::size_t i = 0; i < hn::MaxLanes(AddInts()); i += hn::MaxLanes(dd)) {
        const auto xd = hn::PromoteTo(dd, hn::LoadU(di, x + i));
        const auto wd = hn::PromoteTo(dd, hn::LoadU(di, w + i));
        hn::StoreU(hn::Add(hn::LoadU(dd, squares + i), hn::Mul(wd, hn::Mul(xd, xd))), dd, squares + i);
    }
}

HWY_INLINE void add_counts(const OpenBlock& block, int x, IntV weight, IntV one) {
    const AddInts di;
    const hn::Rebind<std::uint16_t, AddInts> d16;
    const hn::Rebind<std::uint8_t, AddInts> d8;
    const IntV w = hn::Add(hn::PromoteTo(di, hn::LoadU(d16, block.weight + x)), weight);
    hn::StoreU(hn::DemoteTo(d16, w), d16, block.weight + x);
    const IntV n = hn::Add(hn::PromoteTo(di, hn::LoadU(d8, block.count + x)), one);
    hn::StoreU(hn::DemoteTo(d8, n), d8, block.count + x);
}

HWY_INLINE void add_to_lists(const OpenBlock& block, int x, int depth, IntV code, hn::Mask<AddInts> covered) {
    const AddInts di;
    IntV low = hn::IfThenElse(covered, code, hn::Set(di, kNoLowest));
    IntV high = hn::IfThenElse(covered, code, hn::Set(di, kNoHighest));
    for (int j = 0; j < depth; ++j) {
        LiveSample* const lowest = block.lowest + j * block.list_step + x;
        const IntV was_low = hn::Load(di, lowest);
        hn::Store(hn::Min(was_low, low), di, lowest);
        low = hn::Max(was_low, low);
        LiveSample* const highest = block.highest + j * block.list_step + x;
        const IntV was_high = hn::Load(di, highest);
        hn::Store(hn::Max(was_high, high), di, highest);
        high = hn::Min(was_high, high);
    }
}

void add_run(const OpenBlock& block, int pixels, int depth, const float* samples, float units_per_adu, int weight) {
    const AddFloats d;
    const AddInts di;
    const auto finite = hn::Set(d, std::numeric_limits<float>::max());
    for (int x = 0; x < pixels; x += static_cast<int>(hn::MaxLanes(d))) {
        const auto adu = hn::LoadU(d, samples + x);
        const auto covered = hn::RebindMask(di, hn::Le(hn::Abs(adu), finite));  // false for NaN
        if (hn::AllFalse(di, covered)) continue;
        const IntV value =
            hn::IfThenElseZero(covered, to_units(hn::IfThenElseZero(hn::RebindMask(d, covered), adu), units_per_adu));
        const IntV w = hn::IfThenElseZero(covered, hn::Set(di, weight));
        hn::Store(hn::Add(hn::Load(di, block.sum + x), hn::Mul(value, w)), di, block.sum + x);
        add_squares(block.squares + x, value, w);
        add_counts(block, x, w, hn::IfThenElseZero(covered, hn::Set(di, 1)));
        add_to_lists(block, x, depth, hn::Or(hn::ShiftLeft<kLiveWeightBits>(value), hn::Set(di, weight)), covered);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
