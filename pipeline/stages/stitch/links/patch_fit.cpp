// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/patch_fit.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace nightstack {
namespace {

constexpr int kSide = 2 * kPatchRadius + 1;
constexpr std::size_t kPixels = static_cast<std::size_t>(kSide) * kSide;
using Patch = std::array<float, kPixels>;

// Keys' cubic with a = -0.5 at four places round `t` of 0..1.
std::array<float, 4> cubic_weights(float t) {
    const float t2 = t * t, t3 = t2 * t;
    return {-0.5F * t3 + t2 - 0.5F * t, 1.5F * t3 - 2.5F * t2 + 1, -1.5F * t3 + 2 * t2 + 0.5F * t,
            0.5F * t3 - 0.5F * t2};
}

// False where the patch leaves the picture.
bool sample(Patch& out, ImageView<const float> b, Point at, const std::array<double, 4>& m) {
    const double reach_x = kPatchRadius * (std::abs(m[0]) + std::abs(m[1])) + 2;
    const double reach_y = kPatchRadius * (std::abs(m[2]) + std::abs(m[3])) + 2;
    if (!(at.x - reach_x >= 0 && at.y - reach_y >= 0 && at.x + reach_x <= b.width() - 1 &&
          at.y + reach_y <= b.height() - 1))
        return false;
    std::size_t i = 0;
    for (int v = -kPatchRadius; v <= kPatchRadius; ++v) {
        for (int u = -kPatchRadius; u <= kPatchRadius; ++u) {
            const double x = at.x + m[0] * u + m[1] * v, y = at.y + m[2] * u + m[3] * v;
            const int ix = static_cast<int>(x), iy = static_cast<int>(y);
            const auto wx = cubic_weights(static_cast<float>(x - ix)), wy = cubic_weights(static_cast<float>(y - iy));
            float sum = 0;
            for (int k = 0; k < 4; ++k) {
                const float* row = b.row_data(iy - 1 + k) + ix - 1;
                sum += wy[static_cast<std::size_t>(k)] *
                       (wx[0] * row[0] + wx[1] * row[1] + wx[2] * row[2] + wx[3] * row[3]);
            }
            out[i++] = sum;
        }
    }
    return true;
}

struct Spread {
    float mean = 0, root = 0;  // root of the sum of squared differences
};

Spread spread_of(const Patch& p) {
    double sum = 0, squares = 0;
    for (const float v : p) sum += v;
    const double mean = sum / kPixels;
    for (const float v : p) squares += (v - mean) * (v - mean);
    return {static_cast<float>(mean), static_cast<float>(std::sqrt(squares))};
}

// The first picture's patch, its slopes and what they determine.
struct Template {
    Patch value, slope_x, slope_y;
    Spread spread;
    double xx = 0, xy = 0, yy = 0;

    bool read(ImageView<const float> a, int cx, int cy) {
        constexpr int reach = kPatchRadius + 1;
        if (cx < reach || cy < reach || cx + reach >= a.width() || cy + reach >= a.height()) return false;
        std::size_t i = 0;
        for (int y = cy - kPatchRadius; y <= cy + kPatchRadius; ++y) {
            const float *above = a.row_data(y - 1), *here = a.row_data(y), *below = a.row_data(y + 1);
            for (int x = cx - kPatchRadius; x <= cx + kPatchRadius; ++x, ++i) {
                value[i] = here[x];
                const float gx = (here[x + 1] - here[x - 1]) * 0.5F, gy = (below[x] - above[x]) * 0.5F;
                slope_x[i] = gx;
                slope_y[i] = gy;
                xx += static_cast<double>(gx) * gx;
                xy += static_cast<double>(gx) * gy;
                yy += static_cast<double>(gy) * gy;
            }
        }
        spread = spread_of(value);
        return true;
    }
    double determinant() const { return xx * yy - xy * xy; }
};

}  // namespace

Point rounded(Point p) { return {std::floor(p.x + 0.5), std::floor(p.y + 0.5)}; }

std::optional<PatchPlace> fit_patch(ImageView<const float> a, ImageView<const float> b, const PatchAim& aim) {
    const Point middle = rounded(aim.a);
    if (!(middle.x >= 0 && middle.y >= 0 && middle.x < a.width() && middle.y < a.height())) return std::nullopt;
    Template t;
    if (!t.read(a, static_cast<int>(middle.x), static_cast<int>(middle.y))) return std::nullopt;
    const double det = t.determinant(), trace = t.xx + t.yy;
    // One direction alone is no hold: the lesser eigenvalue is about det / trace.
    if (!(trace > 0) || !(det > 0.01 * trace * trace / 4)) return std::nullopt;
    Point at = aim.b;
    PatchPlace out;
    Patch seen;
    for (int i = 0; i < 30; ++i) {
        if (!sample(seen, b, at, aim.b_from_a)) return std::nullopt;
        const Spread s = spread_of(seen);
        if (!(s.root > 0) || !(t.spread.root > 0)) return std::nullopt;
        const float gain = t.spread.root / s.root;
        double ex = 0, ey = 0, left = 0, common = 0;
        for (std::size_t k = 0; k < kPixels; ++k) {
            const float own = t.value[k] - t.spread.mean, other = (seen[k] - s.mean) * gain, off = other - own;
            ex += static_cast<double>(t.slope_x[k]) * off;
            ey += static_cast<double>(t.slope_y[k]) * off;
            left += static_cast<double>(off) * off;
            common += static_cast<double>(own) * other;
        }
        const double dx = (t.yy * ex - t.xy * ey) / det, dy = (t.xx * ey - t.xy * ex) / det;
        const double step = std::hypot(dx, dy), shorten = step > 2 ? 2 / step : 1;
        at.x -= shorten * (aim.b_from_a[0] * dx + aim.b_from_a[1] * dy);
        at.y -= shorten * (aim.b_from_a[2] * dx + aim.b_from_a[3] * dy);
        if (!(std::hypot(at.x - aim.b.x, at.y - aim.b.y) <= aim.most_px)) return std::nullopt;
        if (step < aim.rest_px) {
            out.b = at;
            out.likeness = common / (static_cast<double>(t.spread.root) * t.spread.root);
            // Noise is in both pictures alike and neighbours share it after blurring: a fourth of the pixels count.
            const double variance = left / kPixels;
            out.sigma_px = std::sqrt(4 * variance * trace / det / 2);
            return out;
        }
    }
    return std::nullopt;
}

}  // namespace nightstack
