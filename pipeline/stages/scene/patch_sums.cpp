// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/patch_sums.h"

#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/scene/patch_sums.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/scene/eights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

void sums(PatchSums* out, const float* window, const float* patch, const float* sx, const float* sy, float base,
          int n) {
    const Eight zero = {base, base, base, base, base, base, base, base};
    Eight x{}, y{}, p{}, sum{}, squares{};
    for (int i = 0; i < n; i += 8) {
        Eight v, a, b, c;
        load(v, window + i);
        load(a, sx + i);
        load(b, sy + i);
        load(c, patch + i);
        v -= zero;
        x += a * v;
        y += b * v;
        p += c * v;
        sum += v;
        squares += v * v;
    }
    *out = {total(x), total(y), total(p), total(sum), total(squares)};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(sums);

PatchSums patch_sums(const float* window, const float* patch, const float* sx, const float* sy, float base, int n) {
    assert(n % 8 == 0);
    PatchSums out;
    HWY_DYNAMIC_DISPATCH(sums)(&out, window, patch, sx, sy, base, n);
    return out;
}

}  // namespace nightstack
#endif
