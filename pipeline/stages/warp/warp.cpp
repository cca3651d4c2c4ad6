// SPDX-License-Identifier: MIT
#include "pipeline/stages/warp/warp.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/stages/warp/two_pass.h"
#include "pipeline/stages/warp/warp_row.h"

namespace nightstack {
namespace {

constexpr std::array kKinds{WarpKind::lanczos, WarpKind::cubic, WarpKind::bilinear, WarpKind::nearest};
constexpr int kStripWidth = 1024;

std::string size_text(int width, int height) { return std::to_string(width) + "x" + std::to_string(height); }

void check_fit(std::span<const ImageView<float>> out_planes, const Rect& out_tile, const WarpSource& source) {
    if (out_planes.size() != source.planes.size()) {
        throw OptionError("warp: " + std::to_string(out_planes.size()) + " output planes for " +
                          std::to_string(source.planes.size()) + " source planes");
    }
    for (const auto& plane : out_planes) {
        if (!plane.same_size(out_tile.width, out_tile.height)) {
            throw OptionError("warp: output plane is " + size_text(plane.width(), plane.height()) + ", the tile is " +
                              size_text(out_tile.width, out_tile.height));
        }
    }
    for (const auto& plane : source.planes) {
        if (!plane.same_size(source.rect.width, source.rect.height)) {
            throw OptionError("warp: source plane is " + size_text(plane.width(), plane.height()) + ", the region is " +
                              size_text(source.rect.width, source.rect.height));
        }
    }
    if (!Rect{0, 0, source.frame_width, source.frame_height}.contains(source.rect)) {
        throw OptionError("warp: region reaches beyond the frame of " +
                          size_text(source.frame_width, source.frame_height));
    }
}

void warp_one_row(const WarpRow& row, WarpKind kind) {
    switch (kind) {
        case WarpKind::lanczos: return warp_row_lanczos(row);
        case WarpKind::cubic: return warp_row_cubic(row);
        case WarpKind::bilinear: return warp_row_bilinear(row);
        case WarpKind::nearest: return warp_row_nearest(row);
    }
}

// In strips: the row of a turned tile crosses many source rows, which must still be in the cache when the next row
// crosses them.
void warp_row_by_row(std::span<const ImageView<float>> out_planes, const Rect& out_tile, WarpRow row,
                     std::span<PlanePair> planes, WarpKind kind) {
    for (int x = 0; x < out_tile.width; x += kStripWidth) {
        row.x0 = out_tile.x + x;
        row.width = std::min(kStripWidth, out_tile.width - x);
        for (int y = 0; y < out_tile.height; ++y) {
            row.y = out_tile.y + y;
            for (std::size_t p = 0; p < planes.size(); ++p) planes[p].out = out_planes[p].row_data(y) + x;
            warp_one_row(row, kind);
        }
    }
}

// Kept inside [0, size], so that wild values do not overflow.
int bounded_floor(double value, int size) {
    return static_cast<int>(std::floor(std::clamp(value, 0.0, static_cast<double>(size))));
}

}  // namespace

std::string_view name(WarpKind kind) {
    switch (kind) {
        case WarpKind::lanczos: return "lanczos";
        case WarpKind::cubic: return "cubic";
        case WarpKind::bilinear: return "bilinear";
        case WarpKind::nearest: return "nearest";
    }
    return "?";
}

std::optional<WarpKind> parse_warp_kind(std::string_view text) {
    for (const WarpKind kind : kKinds) {
        if (text == name(kind)) return kind;
    }
    return std::nullopt;
}

int warp_border(WarpKind kind) {
    switch (kind) {
        case WarpKind::lanczos: return 3;
        case WarpKind::cubic: return 2;
        case WarpKind::bilinear: return 1;
        case WarpKind::nearest: return 1;
    }
    return 0;
}

void warp(std::span<const ImageView<float>> out_planes, const Rect& out_tile, const WarpSource& source,
          const Transform& source_from_out, WarpKind kind) {
    check_fit(out_planes, out_tile, source);
    std::vector<PlanePair> planes;
    for (const auto& plane : source.planes) planes.push_back({nullptr, plane.data(), plane.stride()});
    const WarpRow row{source_from_out.row_major(),
                      source_from_out.is_affine(),
                      out_tile.x,
                      out_tile.y,
                      out_tile.width,
                      source.rect,
                      source.frame_width,
                      source.frame_height,
                      planes.data(),
                      static_cast<int>(planes.size())};
    const auto passes = two_passes(source_from_out);
    if (passes && kind == WarpKind::lanczos) return warp_tile_lanczos({row, out_planes, *passes});
    if (passes && kind == WarpKind::cubic) return warp_tile_cubic({row, out_planes, *passes});
    warp_row_by_row(out_planes, out_tile, row, planes, kind);
}

Rect source_region(const Rect& out_tile, const Transform& source_from_out, WarpKind kind, int frame_width,
                   int frame_height) {
    const Rect frame{0, 0, frame_width, frame_height};
    if (out_tile.empty() || frame.empty()) return {};
    const auto& m = source_from_out.row_major();
    double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;
    double low_w = INFINITY, high_w = -INFINITY;
    for (const int x : {out_tile.x, out_tile.right() - 1}) {
        for (const int y : {out_tile.y, out_tile.bottom() - 1}) {
            const Point p = source_from_out({static_cast<double>(x), static_cast<double>(y)});
            left = std::min(left, p.x);
            right = std::max(right, p.x);
            top = std::min(top, p.y);
            bottom = std::max(bottom, p.y);
            const double w = m[6] * x + m[7] * y + m[8];
            low_w = std::min(low_w, w);
            high_w = std::max(high_w, w);
        }
    }
    // The horizon of a homography crosses the tile: corners bound nothing.
    const bool bounded = low_w * high_w > 0 && std::isfinite(right - left) && std::isfinite(bottom - top);
    if (!bounded) return frame;
    if (right < -0.5 || left > frame_width - 0.5 || bottom < -0.5 || top > frame_height - 0.5) return {};
    // One more pixel for rounding; two more on the right, because the kernels load eight at a time.
    const int border = warp_border(kind) + 1;
    const int x0 = bounded_floor(left - border, frame_width);
    const int y0 = bounded_floor(top - border, frame_height);
    const int x1 = bounded_floor(right + border + 3, frame_width);
    const int y1 = bounded_floor(bottom + border + 1, frame_height);
    return {x0, y0, x1 - x0, y1 - y0};
}

}  // namespace nightstack
