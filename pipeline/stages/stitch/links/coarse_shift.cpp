// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/coarse_shift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stitch/links/coarse_shift.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// Sixteen sums at all levels, added up in one order.
float row_product(const float* HWY_RESTRICT p, const float* HWY_RESTRICT q, int n) {
    std::array<float, 16> sums{};
    int x = 0;
    for (; x + 16 <= n; x += 16)
        for (std::size_t k = 0; k < 16; ++k) sums[k] += p[x + static_cast<int>(k)] * q[x + static_cast<int>(k)];
    for (std::size_t k = 0; x < n; ++x, ++k) sums[k] += p[x] * q[x];
    for (std::size_t half = 8; half > 0; half /= 2)
        for (std::size_t k = 0; k < half; ++k) sums[k] += sums[k + half];
    return sums[0];
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(row_product);

// Sums over any rectangle of a plane from its four corners.
class RunningSums {
public:
    template <class Value>
    RunningSums(ImageView<const float> in, Value value)
        : stride_(static_cast<std::size_t>(in.width()) + 1),
          sums_(stride_ * (static_cast<std::size_t>(in.height()) + 1), 0.0) {
        for (int y = 0; y < in.height(); ++y) {
            const float* from = in.row_data(y);
            double row = 0;
            for (int x = 0; x < in.width(); ++x) {
                row += value(static_cast<double>(from[x]));
                const auto at = (static_cast<std::size_t>(y) + 1) * stride_ + static_cast<std::size_t>(x) + 1;
                sums_[at] = sums_[at - stride_] + row;
            }
        }
    }
    double over(const Rect& r) const {
        return at(r.right(), r.bottom()) - at(r.right(), r.y) - at(r.x, r.bottom()) + at(r.x, r.y);
    }

private:
    double at(int x, int y) const { return sums_[static_cast<std::size_t>(y) * stride_ + static_cast<std::size_t>(x)]; }
    std::size_t stride_;
    std::vector<double> sums_;
};

// What is left when the mean of a square of 2 * radius + 1 is taken off.
Image<float> without_slow_waves(ImageView<const float> in, int radius) {
    const RunningSums sums(in, [](double v) { return v; });
    Image<float> out(in.width(), in.height());
    for (int y = 0; y < in.height(); ++y) {
        for (int x = 0; x < in.width(); ++x) {
            const Rect around = intersected(in.bounds(), {x - radius, y - radius, 2 * radius + 1, 2 * radius + 1});
            const double pixels = static_cast<double>(around.width) * around.height;
            out.view()(x, y) = static_cast<float>(static_cast<double>(in(x, y)) - sums.over(around) / pixels);
        }
    }
    return out;
}

// A picture without slow waves, and the sums that all its parts are judged by.
struct Fast {
    Image<float> pixels;
    RunningSums values, squares;
    Fast(ImageView<const float> in, int radius)
        : pixels(without_slow_waves(in, radius)),
          values(pixels.cview(), [](double v) { return v; }),
          squares(pixels.cview(), [](double v) { return v * v; }) {}
};

// Correlation of what is common when b's corner lies at (dx, dy) of a.
double likeness_at(const Fast& a, const Fast& b, int dx, int dy, double& common_pixels) {
    const ImageView<const float> of_a = a.pixels.cview(), of_b = b.pixels.cview();
    const Rect common = intersected(of_a.bounds(), {dx, dy, of_b.width(), of_b.height()});
    common_pixels = static_cast<double>(common.width) * common.height;
    if (common.empty()) return 0;
    const Rect in_b{common.x - dx, common.y - dy, common.width, common.height};
    double ab = 0;
    for (int y = 0; y < common.height; ++y)
        ab += static_cast<double>(HWY_DYNAMIC_DISPATCH(row_product)(of_a.row_data(common.y + y) + common.x,
                                                                    of_b.row_data(in_b.y + y) + in_b.x, common.width));
    const double sa = a.values.over(common), sb = b.values.over(in_b);
    const double va = a.squares.over(common) - sa * sa / common_pixels;
    const double vb = b.squares.over(in_b) - sb * sb / common_pixels;
    // What running sums round off is not structure.
    const double nothing = 1e-6 * common_pixels;
    return va > nothing && vb > nothing ? (ab - sa * sb / common_pixels) / std::sqrt(va * vb) : 0;
}

int wave_radius(ImageView<const float> picture) { return std::max(4, std::min(picture.width(), picture.height()) / 6); }

double top(double before, double here, double after) {
    const double bend = 2 * here - before - after;
    return bend > 0 ? std::clamp((after - before) / (2 * bend), -0.5, 0.5) : 0;
}

}  // namespace

std::optional<ShiftFound> find_shift(ImageView<const float> a, ImageView<const float> b, const ShiftSearch& search) {
    constexpr double kMost = 1e6, kMostRange = 2000;
    const bool sane = std::abs(search.expected.x) < kMost && std::abs(search.expected.y) < kMost &&
                      search.range_x >= 0 && search.range_y >= 0 && search.range_x < kMostRange &&
                      search.range_y < kMostRange;
    if (a.empty() || b.empty() || !sane) return std::nullopt;
    const Fast fast_a(a, wave_radius(a)), fast_b(b, wave_radius(a));
    const int x0 = static_cast<int>(std::floor(search.expected.x - search.range_x));
    const int y0 = static_cast<int>(std::floor(search.expected.y - search.range_y));
    const int nx = static_cast<int>(std::ceil(2 * search.range_x)) + 2,
              ny = static_cast<int>(std::ceil(2 * search.range_y)) + 2;
    Image<float> scores(nx, ny), likes(nx, ny);
    const double least = search.least_overlap * b.width() * b.height();
    int bx = -1, by = -1;
    for (int j = 0; j < ny; ++j) {
        for (int i = 0; i < nx; ++i) {
            double pixels = 0;
            const double like = likeness_at(fast_a, fast_b, x0 + i, y0 + j, pixels);
            likes.view()(i, j) = static_cast<float>(like);
            // Little in common correlates by chance: what counts is how far that is from nothing (Fisher's z).
            const double z = pixels < least ? -1 : std::atanh(std::clamp(like, -0.999, 0.999)) * std::sqrt(pixels);
            scores.view()(i, j) = static_cast<float>(z);
            if (z > 0 && (bx < 0 || scores.cview()(i, j) > scores.cview()(bx, by))) {
                bx = i;
                by = j;
            }
        }
    }
    if (bx < 1 || by < 1 || bx > nx - 2 || by > ny - 2) return std::nullopt;
    // The best place that does not belong to the same peak.
    const int away = std::max(3, std::min(a.width(), a.height()) / 12);
    float second = 0;
    for (int j = 0; j < ny; ++j)
        for (int i = 0; i < nx; ++i)
            if (std::abs(i - bx) > away || std::abs(j - by) > away) second = std::max(second, scores.cview()(i, j));
    const float best = scores.cview()(bx, by);
    const auto at = [&](int i, int j) { return static_cast<double>(likes.cview()(i, j)); };
    ShiftFound out;
    out.likeness = at(bx, by);
    out.sureness = 1 - static_cast<double>(second) / best;
    out.shift = {x0 + bx + top(at(bx - 1, by), at(bx, by), at(bx + 1, by)),
                 y0 + by + top(at(bx, by - 1), at(bx, by), at(bx, by + 1))};
    return out;
}

double detail_of(ImageView<const float> picture) {
    if (picture.empty()) return 0;
    const Image<float> fast = without_slow_waves(picture, wave_radius(picture));
    double squares = 0;
    for (int y = 0; y < fast.height(); ++y)
        for (const float v : fast.cview().row(y)) squares += static_cast<double>(v) * static_cast<double>(v);
    return std::sqrt(squares / (static_cast<double>(picture.width()) * picture.height()));
}

}  // namespace nightstack
#endif
