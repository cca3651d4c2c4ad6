// SPDX-License-Identifier: MIT
#include "warp_twin.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>

#include "pipeline/simd/cpu_level.h"

namespace nightstack {
namespace {

double kernel(WarpKind kind, double x) {
    const double d = std::abs(x);
    switch (kind) {
        case WarpKind::lanczos: {
            if (d == 0) return 1;
            if (d >= 3) return 0;
            const double a = std::numbers::pi * d;
            return std::sin(a) / a * std::sin(a / 3) / (a / 3);
        }
        case WarpKind::cubic:
            if (d >= 2) return 0;
            return d > 1 ? -0.5 * d * d * d + 2.5 * d * d - 4 * d + 2 : 1.5 * d * d * d - 2.5 * d * d + 1;
        case WarpKind::bilinear: return d < 1 ? 1 - d : 0;
        case WarpKind::nearest: return d <= 0.5 ? 1 : 0;
    }
    return 0;
}

// Weights over all columns of the frame, of sum 1.
std::vector<double> weights(WarpKind kind, double at, int size) {
    std::vector<double> w(static_cast<std::size_t>(size));
    double sum = 0;
    for (int i = 0; i < size; ++i) {
        w[static_cast<std::size_t>(i)] = kernel(kind, at - i);
        sum += w[static_cast<std::size_t>(i)];
    }
    for (double& v : w) v /= sum;
    return w;
}

// Whether the window may lean: affine, nearly the frame's own scale, turned by little or by half a turn; and not near
// the frame's edge. `lean` is by how much each row of it is shifted against the one above.
bool leans(ImageView<const float> frame, const Transform& t, Point at, WarpKind kind, double& lean) {
    const auto& m = t.row_major();
    lean = m[1] / m[4];
    const double along = m[0] - lean * m[3];
    const bool near = std::abs(std::abs(m[4]) - 1) <= 1.0 / 16 && std::abs(std::abs(along) - 1) <= 1.0 / 32;
    const bool little = std::abs(m[3]) <= 0.25 && std::abs(lean) <= 0.25;
    const bool inside = at.x >= 3 && at.x < frame.width() - 5 && at.y >= 3 && at.y < frame.height() - 4;
    return t.is_affine() && near && little && inside && (kind == WarpKind::lanczos || kind == WarpKind::cubic);
}

double guarded(double sum, const double (&lows)[2], double high) {
    const double low = std::min(lows[0], lows[1]);
    return std::clamp(sum, low - 0.5 * std::abs(lows[0] - lows[1]), high + 0.3 * (high - low));
}

// First along each of six rows, at a place of its own, then across.
double leaning_pixel(ImageView<const float> frame, Point at, double lean, WarpKind kind) {
    const auto wy = weights(kind, at.y, frame.height());
    const int by = static_cast<int>(std::floor(at.y));
    double sum = 0, high = -INFINITY;
    double lows[2] = {INFINITY, INFINITY};
    for (int y = by - 2; y <= by + 3; ++y) {
        const double place = at.x + lean * (y - at.y);
        const auto wx = weights(kind, place, frame.width());
        const int bx = static_cast<int>(std::floor(place));
        for (int x = bx - 2; x <= bx + 3; ++x) {
            const double v = frame(x, y);
            sum += v * wx[static_cast<std::size_t>(x)] * wy[static_cast<std::size_t>(y)];
            if (x < bx - 1 || x > bx + 2 || y < by - 1 || y > by + 2) continue;
            lows[(x - bx) & 1] = std::min(lows[(x - bx) & 1], v);
            high = std::max(high, v);
        }
    }
    return guarded(sum, lows, high);
}

}  // namespace

double warp_twin_pixel(ImageView<const float> frame, const Transform& source_from_out, int px, int py, WarpKind kind) {
    const Point at = source_from_out({1.0 * px, 1.0 * py});
    double lean = 0;
    return leans(frame, source_from_out, at, kind, lean) ? leaning_pixel(frame, at, lean, kind)
                                                         : upright_twin_pixel(frame, at, kind);
}

double upright_twin_pixel(ImageView<const float> frame, Point at, WarpKind kind) {
    const int w = frame.width(), h = frame.height();
    if (!(at.x >= -0.5 && at.x <= w - 0.5 && at.y >= -0.5 && at.y <= h - 0.5)) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const auto wx = weights(kind, at.x, w);
    const auto wy = weights(kind, at.y, h);
    const int bx = static_cast<int>(std::floor(at.x)), by = static_cast<int>(std::floor(at.y));
    double sum = 0, high = -INFINITY;
    double lows[2] = {INFINITY, INFINITY};  // of every other column
    for (int y = std::max(0, by - 3); y < std::min(h, by + 5); ++y) {
        for (int x = std::max(0, bx - 3); x < std::min(w, bx + 5); ++x) {
            const double v = frame(x, y);
            sum += v * wx[static_cast<std::size_t>(x)] * wy[static_cast<std::size_t>(y)];
            if (x < bx - 1 || x > bx + 2 || y < by - 1 || y > by + 2) continue;
            lows[(x - bx) & 1] = std::min(lows[(x - bx) & 1], v);
            high = std::max(high, v);
        }
    }
    if (kind == WarpKind::bilinear || kind == WarpKind::nearest) return sum;
    // Columns that are not there repeat the nearest one, for the guard.
    for (int y = std::max(0, by - 1); y < std::min(h, by + 3); ++y) {
        for (int x = bx - 1; x <= bx + 2; ++x) {
            lows[(x - bx) & 1] = std::min<double>(lows[(x - bx) & 1], frame(std::clamp(x, 0, w - 1), y));
        }
    }
    return guarded(sum, lows, high);
}

Image<float> noise_frame(int width, int height, std::uint64_t seed, float mean, float sigma) {
    Image<float> frame(width, height);
    std::mt19937_64 rng(seed);
    std::normal_distribution<float> normal(mean, sigma);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) frame.view()(x, y) = normal(rng);
    }
    return frame;
}

double MoffatStar::value_at(double px, double py) const {
    constexpr double beta = 3;
    const double alpha = fwhm_px / 2 / std::sqrt(std::pow(2.0, 1 / beta) - 1);
    const double r2 = (px - x) * (px - x) + (py - y) * (py - y);
    return peak * std::pow(1 + r2 / (alpha * alpha), -beta);
}

Image<float> star_frame(int width, int height, const std::vector<MoffatStar>& stars, double sky) {
    Image<float> frame(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            double v = sky;
            for (const MoffatStar& s : stars) v += s.value_at(x, y);
            frame.view()(x, y) = static_cast<float>(v);
        }
    }
    return frame;
}

Image<float> warped(const Image<float>& frame, const Rect& tile, const Transform& t, WarpKind kind) {
    Image<float> out(tile.width, tile.height);
    const std::array<ImageView<const float>, 1> source{frame.view()};
    const std::array<ImageView<float>, 1> target{out.view()};
    warp(target, tile, {source, frame.view().bounds(), frame.width(), frame.height()}, t, kind);
    return out;
}

Image<float> warped_from_region(const Image<float>& frame, const Rect& tile, const Transform& t, WarpKind kind) {
    Image<float> out(tile.width, tile.height);
    const Rect region = source_region(tile, t, kind, frame.width(), frame.height());
    Image<float> part(region.width, region.height);  // own memory, so that a sanitizer sees each pixel too far
    for (int y = 0; y < region.height; ++y) {
        std::memcpy(part.view().row_data(y), frame.view().row_data(region.y + y) + region.x,
                    static_cast<std::size_t>(region.width) * sizeof(float));
    }
    const std::array<ImageView<const float>, 1> source{part.cview()};
    const std::array<ImageView<float>, 1> target{out.view()};
    warp(target, tile, {source, region, frame.width(), frame.height()}, t, kind);
    return out;
}

bool same_pixels(ImageView<const float> a, ImageView<const float> b) {
    if (!a.same_size(b.width(), b.height())) return false;
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const float p = a(x, y), q = b(x, y);
            if (std::isnan(p) && std::isnan(q)) continue;
            if (std::memcmp(&p, &q, sizeof(p)) != 0) return false;
        }
    }
    return true;
}

void at_every_cpu_level(const std::function<void()>& body) {
    const CpuLevel before = cpu_level();
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
        if (limit_cpu_level(level) == level) body();
    }
    limit_cpu_level(before);
}

}  // namespace nightstack
