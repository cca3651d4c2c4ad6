// SPDX-License-Identifier: MIT
// Plain loops, which the compiler makes as wide as each level allows.
#include <algorithm>

#include "pipeline/stages/stars/candidates.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/row_maxima.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

// At least as high as the neighbours before it in scan order, higher than those after it.
HWY_INLINE int flag_maxima(int* HWY_RESTRICT out, const float* above, const float* here, const float* below, int count,
                           float least) {
    int any = 0;
    for (int k = 0; k < count; ++k) {
        const float v = here[k];
        out[k] = static_cast<int>(v > least) & static_cast<int>(v >= above[k - 1]) & static_cast<int>(v >= above[k]) &
                 static_cast<int>(v >= above[k + 1]) & static_cast<int>(v >= here[k - 1]) &
                 static_cast<int>(v > here[k + 1]) & static_cast<int>(v > below[k - 1]) &
                 static_cast<int>(v > below[k]) & static_cast<int>(v > below[k + 1]);
        any |= out[k];
    }
    return any;
}

// Asks for a block before it is wanted: blocks with something in them lie apart.
HWY_INLINE void fetch(const RowTriple& rows, int x) {
    for (const float* row : {rows.above, rows.here, rows.below}) {
        __builtin_prefetch(row + x);
        __builtin_prefetch(row + x + kScanBlock / 2);
    }
}

int maxima_in_block(int* columns, const RowTriple& rows, float least, int x, int count) {
    int flags[kScanBlock];
    const int any = count == kScanBlock  // a number known beforehand makes shorter loops
                        ? flag_maxima(flags, rows.above + x, rows.here + x, rows.below + x, kScanBlock, least)
                        : flag_maxima(flags, rows.above + x, rows.here + x, rows.below + x, count, least);
    if (any == 0) return 0;
    int found = 0;
    for (int k = 0; k < count; ++k) {
        columns[found] = x + k;
        found += flags[k];
    }
    return found;
}

int maxima_of_row(int* columns, const RowTriple& rows, const float* highest, const float* least, int begin, int end) {
    constexpr int kAtOnce = 64;
    int found = 0;
    const int blocks = (end + kScanBlock - 1) / kScanBlock;
    for (int first = begin / kScanBlock; first < blocks; first += kAtOnce) {
        int lit[kAtOnce];
        int count = 0;
        for (int block = first; block < std::min(blocks, first + kAtOnce); ++block) {
            if (!(highest[block] > least[block])) continue;
            fetch(rows, block * kScanBlock);
            lit[count++] = block;
        }
        for (int i = 0; i < count; ++i) {
            const int x = std::max(begin, lit[i] * kScanBlock);
            const int until = std::min(end, (lit[i] + 1) * kScanBlock);
            found += maxima_in_block(columns + found, rows, least[lit[i]], x, until - x);
        }
    }
    return found;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(maxima_of_row);

int row_maxima(int* columns, const RowTriple& rows, const float* highest, const float* least, int begin, int end) {
    return HWY_DYNAMIC_DISPATCH(maxima_of_row)(columns, rows, highest, least, begin, end);
}

}  // namespace nightstack
#endif
