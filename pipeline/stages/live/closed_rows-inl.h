// SPDX-License-Identifier: MIT
// What a clip took is added to the sums of closed blocks, or shown together with them, one pixel per lane of doubles.
// Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_LIVE_CLOSED_ROWS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_LIVE_CLOSED_ROWS_INL_H
#undef NIGHTSTACK_LIVE_CLOSED_ROWS_INL_H
#else
#define NIGHTSTACK_LIVE_CLOSED_ROWS_INL_H
#endif

#include <hwy/highway.h>

#include "pipeline/stages/live/block_rows.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using RowLane = hn::CappedTag<double, 8>;
using RowV = hn::Vec<RowLane>;

// Whole numbers of other widths as doubles, and back.
HWY_INLINE RowV loaded(const double* from) { return hn::LoadU(RowLane(), from); }
HWY_INLINE RowV loaded(const std::int64_t* from) {
    const hn::RebindToSigned<RowLane> di;
    return hn::ConvertTo(RowLane(), hn::LoadU(di, from));
}
HWY_INLINE RowV loaded(const std::uint32_t* from) {  // below 2^31
    const hn::Rebind<std::uint32_t, RowLane> du;
    const hn::RebindToSigned<decltype(du)> di;
    return hn::PromoteTo(RowLane(), hn::BitCast(di, hn::LoadU(du, from)));
}
HWY_INLINE RowV loaded(const std::uint16_t* from) {
    const hn::Rebind<std::uint16_t, RowLane> du;
    const hn::Rebind<std::int32_t, RowLane> di;
    return hn::PromoteTo(RowLane(), hn::PromoteTo(di, hn::LoadU(du, from)));
}
HWY_INLINE void stored(RowV v, std::uint16_t* to) {
    const hn::Rebind<std::int32_t, RowLane> di;
    const hn::Rebind<std::uint16_t, RowLane> du;
    hn::StoreU(hn::DemoteTo(du, hn::DemoteTo(di, v)), du, to);
}

HWY_INLINE void add_whole(std::int64_t* to, const double* more) {
    const hn::RebindToSigned<RowLane> di;
    hn::StoreU(hn::Add(hn::LoadU(di, to), hn::ConvertTo(di, loaded(more))), di, to);
}
HWY_INLINE void add_whole(std::uint32_t* to, const double* more) {
    const hn::Rebind<std::int32_t, RowLane> di;
    const hn::Rebind<std::uint32_t, RowLane> du;
    hn::StoreU(hn::Add(hn::LoadU(du, to), hn::BitCast(du, hn::DemoteTo(di, loaded(more)))), du, to);
}
HWY_INLINE void add_whole(std::uint16_t* to, const double* more) { stored(hn::Add(loaded(to), loaded(more)), to); }

void add_clipped_run(const ClosedRun& to, int pixels, const ClippedRun& run) {
    for (int x = 0; x < pixels; x += static_cast<int>(hn::MaxLanes(RowLane()))) {
        add_whole(to.sum + x, run.sum + x);
        add_whole(to.squares + x, run.squares + x);
        add_whole(to.weight + x, run.weight + x);
        add_whole(to.count + x, run.count + x);
        add_whole(to.low + x, run.low + x);
        add_whole(to.high + x, run.high + x);
        add_whole(to.flagged + x, run.flagged + x);
    }
}

// sum w (x - mean)^2 / (n - 1) is the variance of a sample of weight one, times that weight; the mean's is the same
// over the sum of weights.
HWY_INLINE RowV variance_of_mean(RowV weight, RowV sum, RowV squares, RowV count, RowV mean, double known) {
    const RowLane d;
    const RowV spread = hn::Max(hn::Zero(d), hn::Sub(squares, hn::Mul(sum, mean)));
    const RowV seen = hn::Div(hn::Div(spread, hn::Sub(count, hn::Set(d, 1.0))), weight);
    const RowV told = hn::Div(hn::Set(d, known * kLiveWeightOne), weight);
    return hn::IfThenElse(hn::Lt(count, hn::Set(d, 2.0)), told, seen);
}

void show_run(const ClosedRun& closed, int pixels, const ClippedRun& run, double known_variance, double unit_adu,
              const ShownRun& out) {
    const RowLane d;
    const hn::Rebind<float, RowLane> df;
    const RowV unit = hn::Set(d, unit_adu), unit_squared = hn::Set(d, unit_adu * unit_adu);
    for (int x = 0; x < pixels; x += static_cast<int>(hn::MaxLanes(d))) {
        const RowV weight = hn::Add(loaded(run.weight + x), loaded(closed.weight + x));
        const RowV sum = hn::Add(loaded(run.sum + x), loaded(closed.sum + x));
        const RowV squares = hn::Add(loaded(run.squares + x), loaded(closed.squares + x));
        const RowV count = hn::Add(loaded(run.count + x), loaded(closed.count + x));
        const auto any = hn::Gt(weight, hn::Zero(d));
        const RowV mean = hn::Div(sum, weight);
        const RowV variance = variance_of_mean(weight, sum, squares, count, mean, known_variance);
        hn::StoreU(hn::DemoteTo(df, hn::IfThenElseZero(any, hn::Mul(unit, mean))), df, out.value + x);
        hn::StoreU(hn::DemoteTo(df, hn::IfThenElseZero(any, hn::Mul(unit_squared, variance))), df, out.variance + x);
        const RowV low = hn::Add(loaded(run.low + x), loaded(closed.low + x));
        const RowV high = hn::Add(loaded(run.high + x), loaded(closed.high + x));
        const RowV flagged = hn::Add(loaded(run.flagged + x), loaded(closed.flagged + x));
        stored(low, out.low + x);
        stored(high, out.high + x);
        stored(hn::Add(count, hn::Add(low, high)), out.coverage + x);
        stored(hn::Min(flagged, hn::Set(d, 1.0)), out.flagged + x);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
