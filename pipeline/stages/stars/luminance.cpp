// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/luminance.h"

#include <cassert>
#include <vector>

namespace nightstack {
namespace {

constexpr int kGrain = 32;

int mirrored(int i, int n) {
    if (n == 1) return 0;
    if (i < 0) return -i;
    return i < n ? i : 2 * n - 2 - i;
}

void mix_row(float* out, const float* r, const float* g, const float* b, int width) {
    for (int x = 0; x < width; ++x) out[x] = 0.25F * (r[x] + 2 * g[x] + b[x]);
}

// `column` has room for width + 2 sums; [1 + x] belongs to pixel x.
void smooth_row(float* __restrict out, float* __restrict column, const float* above, const float* here,
                const float* below, int width) {
    float* const c = column + 1;
    for (int x = 0; x < width; ++x) c[x] = above[x] + 2 * here[x] + below[x];
    c[-1] = c[mirrored(-1, width)];
    c[width] = c[mirrored(width, width)];
    for (int x = 0; x < width; ++x) out[x] = 0.0625F * (c[x - 1] + 2 * c[x] + c[x + 1]);
}

}  // namespace

void luminance_rows(ImageView<float> out, ImageView<const float> plane, int begin, int end) {
    assert(out.same_size(plane.width(), plane.height()));
    const int height = plane.height();
    std::vector<float> column(static_cast<std::size_t>(plane.width()) + 2);
    for (int y = begin; y < end; ++y) {
        smooth_row(out.row_data(y), column.data(), plane.row_data(mirrored(y - 1, height)), plane.row_data(y),
                   plane.row_data(mirrored(y + 1, height)), plane.width());
    }
}

void luminance(ImageView<float> out, ImageView<const float> plane, Runner& runner) {
    assert(out.same_size(plane.width(), plane.height()));
    if (plane.empty()) return;
    runner.run(plane.height(), kGrain, [&](int begin, int end) { luminance_rows(out, plane, begin, end); });
}

void mix_colours(ImageView<float> out, ImageView<const float> red, ImageView<const float> green,
                 ImageView<const float> blue, Runner& runner) {
    assert(out.same_size(red.width(), red.height()) && out.same_size(green.width(), green.height()) &&
           out.same_size(blue.width(), blue.height()));
    parallel_rows(runner, out.height(), [&](int y) {
        mix_row(out.row_data(y), red.row_data(y), green.row_data(y), blue.row_data(y), out.width());
    });
}

void luminance(ImageView<float> out, ImageView<const float> red, ImageView<const float> green,
               ImageView<const float> blue, Runner& runner) {
    if (out.empty()) return;
    Image<float> mixed(out.width(), out.height());
    mix_colours(mixed.view(), red, green, blue, runner);
    luminance(out, mixed.cview(), runner);
}

}  // namespace nightstack
