// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/top_of_range.h"

#include <algorithm>
#include <limits>

namespace nightstack {
namespace {

struct RowRange {
    float low = std::numeric_limits<float>::infinity();
    float high = -std::numeric_limits<float>::infinity();
    std::size_t finite = 0;
};

RowRange range_of(const float* row, int width) {
    RowRange r;
    for (int x = 0; x < width; ++x) {
        const bool is_finite = row[x] - row[x] == 0;
        r.low = is_finite && row[x] < r.low ? row[x] : r.low;
        r.high = is_finite && row[x] > r.high ? row[x] : r.high;
        r.finite += is_finite ? 1U : 0U;
    }
    return r;
}

}  // namespace

TopOfRange top_of_range(ImageView<const float> plane) {
    TopOfRange top;
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
    return top;
}

}  // namespace nightstack
