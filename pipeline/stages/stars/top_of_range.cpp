// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/top_of_range.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/top_of_range.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#ifndef NIGHTSTACK_TOP_OF_RANGE_ROW
#define NIGHTSTACK_TOP_OF_RANGE_ROW
namespace nightstack {
namespace {
struct RowRange {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    std::size_t finite = 0;
};
}  // namespace
}  // namespace nightstack
#endif

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

// Whether all are finite, lowest and highest when they are. Most rows are: they need no look at single pixels.
bool range_of_finite(const float* row, int width, RowRange& r) {
    const hn::ScalableTag<float> d;
    const hn::RebindToSigned<decltype(d)> bits;
    const int lanes = static_cast<int>(hn::Lanes(d));
    if (width < lanes) return false;
    auto low = hn::LoadU(d, row);
    auto high = low;
    auto most = hn::Zero(bits);  // of the numbers without their signs, as integers
    const auto add = [&](int x) HWY_ATTR {
        const auto v = hn::LoadU(d, row + x);
        low = hn::Min(low, v);
        high = hn::Max(high, v);
        most = hn::Max(most, hn::BitCast(bits, hn::Abs(v)));
    };
    for (int x = 0; x + lanes <= width; x += lanes) add(x);
    add(width - lanes);
    r.low = hn::GetLane(hn::MinOfLanes(d, low));
    r.high = hn::GetLane(hn::MaxOfLanes(d, high));
    r.finite = static_cast<std::size_t>(width);
    return hn::GetLane(hn::MaxOfLanes(bits, most)) < 0x7F800000;
}

void range_of_row(const float* row, int width, RowRange& r) {
    if (range_of_finite(row, width, r)) return;
    r = {};
    for (int x = 0; x < width; ++x) {
        if (!(row[x] - row[x] == 0)) continue;
        r.low = std::min(r.low, row[x]);
        r.high = std::max(r.high, row[x]);
        ++r.finite;
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(range_of_row);

RowRange range_of(const float* row, int width) {
    RowRange r;
    HWY_DYNAMIC_DISPATCH(range_of_row)(row, width, r);
    return r;
}

}  // namespace

void add_rows(TopOfRange& top, ImageView<const float> plane) {
    for (int y = 0; y < plane.height(); ++y) {
        const float* row = plane.row_data(y);
        const RowRange r = range_of(row, plane.width());
        if (r.finite == 0) continue;
        const bool first = top.finite == 0;
        top.finite += r.finite;
        top.lowest = first ? r.low : std::min(top.lowest, r.low);
        if (first || r.high > top.highest) {
            top.highest = r.high;
            top.at_highest = 0;
        }
        // Few rows reach the top: only those are gone through again to count.
        if (r.high < top.highest) continue;
        top.at_highest += static_cast<std::size_t>(std::count(row, row + plane.width(), top.highest));
    }
}

TopOfRange top_of_range(ImageView<const float> plane) {
    TopOfRange top;
    add_rows(top, plane);
    return top;
}

}  // namespace nightstack
#endif
