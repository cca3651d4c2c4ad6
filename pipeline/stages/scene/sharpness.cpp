// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/sharpness.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/scene/sharpness.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/scene/eights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// What a row gives to the three operators: difference, smooth sum and second difference of its neighbours along it.
struct Parts {
    Eight slope, smooth, second, here;
};
HWY_INLINE void take(Parts& to, const float* row) {
    Eight left, right;
    load(left, row);
    load(to.here, row + 1);
    load(right, row + 2);
    const Eight sides = left + right, twice = to.here * 2;
    to.slope = right - left;
    to.smooth = sides + twice;
    to.second = sides - twice;
}

// Per block of 8 x 8 pixels, the first at column 1 of row 1: sums of the squared Sobel slopes, of the squared second
// differences across (what noise shows in), and of the pixels.
void block_row(float* slopes, float* noise, float* sums, const float* first, std::ptrdiff_t stride, int blocks) {
    for (int k = 0; k < blocks; ++k) {
        const float* row = first + 8 * k;
        Parts above, here, below;
        take(above, row);
        take(here, row + stride);
        Eight slope{}, second{}, sum{};
        for (int y = 0; y < 8; ++y) {
            take(below, row + (y + 2) * stride);
            const Eight gx = (above.slope + below.slope) + here.slope * 2, gy = below.smooth - above.smooth;
            const Eight d = (above.second + below.second) - here.second * 2;
            slope += gx * gx + gy * gy;
            second += d * d;
            sum += here.here;
            above = here;
            here = below;
        }
        slopes[k] = total(slope);
        noise[k] = total(second);
        sums[k] = total(sum);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(block_row);

constexpr int kBlock = 8;
constexpr int kLeastPx = 32;
// White noise of unit variance: Sobel's two slopes have 2 * 12, the second difference 36.
constexpr double kSlopeOverSecond = 24.0 / 36.0;
constexpr double kSobel = 8;  // its gain

// Over the blocks of one row of blocks.
struct BlockRow {
    std::vector<float> slopes, noise, sums;
    explicit BlockRow(std::size_t n) : slopes(n), noise(n), sums(n) {}
};

struct Totals {
    double slopes = 0, sums = 0, squares = 0;
    double count = 0;
    void add(const BlockRow& row) {
        for (std::size_t k = 0; k < row.sums.size(); ++k) {
            const double mean = static_cast<double>(row.sums[k]) / (kBlock * kBlock);
            slopes += static_cast<double>(row.slopes[k]) - kSlopeOverSecond * static_cast<double>(row.noise[k]);
            sums += mean;
            squares += mean * mean;
            ++count;
        }
    }
};

}  // namespace

double sharpness(ImageView<const float> plane) {
    if (std::min(plane.width(), plane.height()) < kLeastPx) return 0;
    const int columns = (plane.width() - 2) / kBlock, rows = (plane.height() - 2) / kBlock;
    BlockRow row(static_cast<std::size_t>(columns));
    Totals all;
    for (int block = 0; block < rows; ++block) {
        HWY_DYNAMIC_DISPATCH(block_row)
        (row.slopes.data(), row.noise.data(), row.sums.data(), plane.row_data(block * kBlock), plane.stride(), columns);
        all.add(row);
    }
    const double mean = all.sums / all.count;
    const double contrast = all.squares / all.count - mean * mean;
    const double slope = all.slopes / (all.count * kBlock * kBlock * kSobel * kSobel);
    const double share = slope / contrast;
    return share > 0 && std::isfinite(share) ? std::sqrt(share) : 0;
}

}  // namespace nightstack
#endif
