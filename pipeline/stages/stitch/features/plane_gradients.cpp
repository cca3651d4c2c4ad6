// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/plane_gradients.h"

#include <algorithm>
#include <array>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stitch/features/plane_gradients.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// Plain loops, one pixel per lane at all levels. Binomial 1 4 6 4 1.
void blur_down(float* HWY_RESTRICT out, const std::array<const float*, 5>& rows, int n) {
    const float *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3], *e = rows[4];
    for (int x = 0; x < n; ++x) out[x] = ((a[x] + e[x]) + 4 * (b[x] + d[x]) + 6 * c[x]) * (1.0F / 16);
}
void blur_across(float* HWY_RESTRICT out, const float* HWY_RESTRICT in, int n) {
    for (int x = 2; x < n - 2; ++x)
        out[x] = ((in[x - 2] + in[x + 2]) + 4 * (in[x - 1] + in[x + 1]) + 6 * in[x]) * (1.0F / 16);
}

void slopes(float* HWY_RESTRICT gx, float* HWY_RESTRICT gy, const float* HWY_RESTRICT above,
            const float* HWY_RESTRICT here, const float* HWY_RESTRICT below, int n) {
    for (int x = 1; x < n - 1; ++x) {
        gx[x] = (here[x + 1] - here[x - 1]) * 0.5F;
        gy[x] = (below[x] - above[x]) * 0.5F;
    }
}

// The three products of seven rows, each summed down with the weights 1 6 15 20 15 6 1.
void products_down(const std::array<float*, 3>& out, const std::array<const float*, 7>& gx,
                   const std::array<const float*, 7>& gy, int n) {
    constexpr std::array<float, 7> weights = {1.0F / 64,  6.0F / 64, 15.0F / 64, 20.0F / 64,
                                              15.0F / 64, 6.0F / 64, 1.0F / 64};
    float* HWY_RESTRICT xx = out[0];
    float* HWY_RESTRICT xy = out[1];
    float* HWY_RESTRICT yy = out[2];
    std::fill_n(xx, n, 0.0F);
    std::fill_n(xy, n, 0.0F);
    std::fill_n(yy, n, 0.0F);
    for (std::size_t k = 0; k < 7; ++k) {
        const float* HWY_RESTRICT u = gx[k];
        const float* HWY_RESTRICT v = gy[k];
        const float w = weights[k];
        for (int x = 0; x < n; ++x) {
            xx[x] += w * (u[x] * u[x]);
            xy[x] += w * (u[x] * v[x]);
            yy[x] += w * (v[x] * v[x]);
        }
    }
}

void corner_across(float* HWY_RESTRICT out, const std::array<float*, 3>& sums, int n) {
    const auto across = [](const float* p) {
        return ((p[-3] + p[3]) + 6 * (p[-2] + p[2]) + 15 * (p[-1] + p[1]) + 20 * p[0]) * (1.0F / 64);
    };
    const float *xx = sums[0], *xy = sums[1], *yy = sums[2];
    for (int x = 3; x < n - 3; ++x) {
        const float a = across(xx + x), b = across(xy + x), c = across(yy + x);
        out[x] = (a * c - b * b) / (a + c + 1e-12F);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(blur_down);
HWY_EXPORT(blur_across);
HWY_EXPORT(slopes);
HWY_EXPORT(products_down);
HWY_EXPORT(corner_across);

void clear(Image<float>& image, int width, int height) {
    image.reshape(width, height);
    for (int y = 0; y < height; ++y) std::fill_n(image.view().row_data(y), width, 0.0F);
}

}  // namespace

void find_gradients(PlaneGradients& out, ImageView<const float> plane, Image<float>& spare) {
    const int w = plane.width(), h = plane.height();
    for (Image<float>* image : {&out.along_x, &out.along_y, &out.corner}) clear(*image, w, h);
    if (w < 16 || h < 16) return;
    clear(spare, w, h);
    std::vector<float> line(static_cast<std::size_t>(w));
    for (int y = 2; y < h - 2; ++y) {
        HWY_DYNAMIC_DISPATCH(blur_down)
        (line.data(),
         {plane.row_data(y - 2), plane.row_data(y - 1), plane.row_data(y), plane.row_data(y + 1),
          plane.row_data(y + 2)},
         w);
        HWY_DYNAMIC_DISPATCH(blur_across)(spare.view().row_data(y), line.data(), w);
    }
    const ImageView<const float> soft = spare.cview();
    for (int y = 3; y < h - 3; ++y) {
        float* gx = out.along_x.view().row_data(y);
        float* gy = out.along_y.view().row_data(y);
        HWY_DYNAMIC_DISPATCH(slopes)(gx, gy, soft.row_data(y - 1), soft.row_data(y), soft.row_data(y + 1), w);
        std::fill_n(gx, 3, 0.0F);
        std::fill_n(gy, 3, 0.0F);
        std::fill_n(gx + w - 3, 3, 0.0F);
        std::fill_n(gy + w - 3, 3, 0.0F);
    }
    std::array<std::vector<float>, 3> sums;
    for (auto& sum : sums) sum.resize(static_cast<std::size_t>(w));
    const std::array<float*, 3> into = {sums[0].data(), sums[1].data(), sums[2].data()};
    for (int y = 6; y < h - 6; ++y) {
        std::array<const float*, 7> gx{}, gy{};
        for (int k = 0; k < 7; ++k) {
            gx[static_cast<std::size_t>(k)] = out.along_x.cview().row_data(y - 3 + k);
            gy[static_cast<std::size_t>(k)] = out.along_y.cview().row_data(y - 3 + k);
        }
        HWY_DYNAMIC_DISPATCH(products_down)(into, gx, gy, w);
        HWY_DYNAMIC_DISPATCH(corner_across)(out.corner.view().row_data(y), into, w);
    }
}

}  // namespace nightstack
#endif
