// SPDX-License-Identifier: MIT
#include "pipeline/stages/warp/bent.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr int kLongest = 64;
constexpr int kShortest = 4;

// The multiple of `step` at or below.
int aligned(int at, int step) { return (at >= 0 ? at / step : -((-at + step - 1) / step)) * step; }

int floor_within(double value, int size) {
    return static_cast<int>(std::floor(std::clamp(value, 0.0, static_cast<double>(size))));
}

}  // namespace

BentPositions::BentPositions(const RadialDistortion& lens, const Transform& source_from_frame,
                             const Transform& ref_from_frame, const Transform& ref_from_canvas, const Rect& canvas,
                             const Rect& source)
    : lens_(lens),
      source_from_frame_(source_from_frame),
      frame_from_ref_(ref_from_frame.inverse()),
      ref_from_canvas_(ref_from_canvas),
      source_(source),
      piece_px_(longest_piece(canvas)) {}

Point BentPositions::operator()(Point canvas) const {
    const Point ideal = frame_from_ref_(lens_.ideal_from_frame(ref_from_canvas_(canvas)));
    return source_from_frame_(lens_.frame_from_ideal(ideal));
}

double BentPositions::denominator(Point canvas) const {
    const auto& m = frame_from_ref_.row_major();
    const Point ideal = lens_.ideal_from_frame(ref_from_canvas_(canvas));
    return m[6] * ideal.x + m[7] * ideal.y + m[8];
}

// A line's distance from the curve in its middle grows with the square of its length.
int BentPositions::longest_piece(const Rect& canvas) const {
    constexpr int kLooks = 40;  // along each side
    const Rect near = grown(source_, kLongest);
    double most = 0;
    for (int j = 0; j <= kLooks; ++j) {
        for (int i = 0; i <= kLooks; ++i) {
            const Point at{canvas.x + static_cast<double>(canvas.width) * i / kLooks,
                           canvas.y + static_cast<double>(canvas.height) * j / kLooks};
            const Point middle = (*this)(at);
            if (!(middle.x > near.x && middle.x < near.right() && middle.y > near.y && middle.y < near.bottom()))
                continue;
            for (const Point half : {Point{0.5 * kLongest, 0}, Point{0, 0.5 * kLongest}}) {
                const Point a = (*this)({at.x - half.x, at.y - half.y});
                const Point b = (*this)({at.x + half.x, at.y + half.y});
                const double dx = 0.5 * (a.x + b.x) - middle.x;
                const double dy = 0.5 * (a.y + b.y) - middle.y;
                most = std::max(most, std::sqrt(dx * dx + dy * dy));
            }
        }
    }
    int piece = kLongest;
    for (; piece > kShortest && most > kMostBend; piece /= 2) most /= 4;
    return piece;
}

void warp(std::span<const ImageView<float>> out_planes, const Rect& out_tile, const WarpSource& source,
          const BentPositions& positions, WarpKind kind) {
    for (const auto& plane : out_planes) {
        if (!plane.same_size(out_tile.width, out_tile.height))
            throw OptionError("warp: output plane and tile differ in size");
    }
    const int length = positions.piece_px();
    std::vector<ImageView<float>> pieces(out_planes.size());
    for (int y = out_tile.y; y < out_tile.bottom(); ++y) {
        int x = aligned(out_tile.x, length);
        Point from = positions({static_cast<double>(x), static_cast<double>(y)});
        for (; x < out_tile.right(); x += length) {
            const Point to = positions({static_cast<double>(x + length), static_cast<double>(y)});
            const Point step{(to.x - from.x) / length, (to.y - from.y) / length};
            const Transform line({step.x, 0, from.x - step.x * x, step.y, 0, from.y - step.y * x, 0, 0, 1});
            const Rect piece = intersected({x, y, length, 1}, out_tile);
            const Rect in_tile{piece.x - out_tile.x, piece.y - out_tile.y, piece.width, 1};
            for (std::size_t p = 0; p < pieces.size(); ++p) pieces[p] = out_planes[p].cropped(in_tile);
            warp(pieces, piece, source, line, kind);
            from = to;
        }
    }
}

Rect source_region(const Rect& out_tile, const BentPositions& positions, WarpKind kind) {
    const Rect& frame = positions.source_;
    if (out_tile.empty() || frame.empty()) return {};
    // What lies inside a closed curve stays inside of it, so the tile's edge bounds the tile.
    std::vector<Point> edge;
    const int right = out_tile.right() - 1;
    const int bottom = out_tile.bottom() - 1;
    for (int x = out_tile.x; x < right + kShortest; x += kShortest) {
        for (const int y : {out_tile.y, bottom})
            edge.push_back({static_cast<double>(std::min(x, right)), static_cast<double>(y)});
    }
    for (int y = out_tile.y; y < bottom + kShortest; y += kShortest) {
        for (const int x : {out_tile.x, right})
            edge.push_back({static_cast<double>(x), static_cast<double>(std::min(y, bottom))});
    }
    double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY, low = INFINITY, high = -INFINITY;
    for (const Point& at : edge) {
        const Point p = positions(at);
        x0 = std::min(x0, p.x);
        x1 = std::max(x1, p.x);
        y0 = std::min(y0, p.y);
        y1 = std::max(y1, p.y);
        low = std::min(low, positions.denominator(at));
        high = std::max(high, positions.denominator(at));
    }
    if (!(low * high > 0 && std::isfinite(x1 - x0) && std::isfinite(y1 - y0))) return frame;
    // A quarter of a pixel for the ends of pieces that begin outside of the tile and for the bend between the places
    // looked at; the rest as in warp.cpp.
    constexpr double kSlack = 0.25;
    if (x1 < -0.5 - kSlack || x0 > frame.width - 0.5 + kSlack || y1 < -0.5 - kSlack || y0 > frame.height - 0.5 + kSlack)
        return {};
    const int border = warp_border(kind) + 2;
    const int left = floor_within(x0 - border, frame.width);
    const int top = floor_within(y0 - border, frame.height);
    return {left, top, floor_within(x1 + border + 3, frame.width) - left,
            floor_within(y1 + border + 1, frame.height) - top};
}

void for_straight_squares(const Rect& out_tile, const BentPositions& positions,
                          const std::function<void(const Rect&, const Transform& source_from_out)>& put) {
    const int side = std::max(2, positions.piece_px() / 2);
    const double half = 0.5 * side;
    for (int y = aligned(out_tile.y, side); y < out_tile.bottom(); y += side) {
        for (int x = aligned(out_tile.x, side); x < out_tile.right(); x += side) {
            const Point middle{x + half - 0.5, y + half - 0.5};
            const Point at = positions(middle);
            const Point left = positions({middle.x - half, middle.y}), right = positions({middle.x + half, middle.y});
            const Point top = positions({middle.x, middle.y - half}), bottom = positions({middle.x, middle.y + half});
            const double xx = (right.x - left.x) / side, xy = (bottom.x - top.x) / side;
            const double yx = (right.y - left.y) / side, yy = (bottom.y - top.y) / side;
            const Transform straight({xx, xy, at.x - xx * middle.x - xy * middle.y,  //
                                      yx, yy, at.y - yx * middle.x - yy * middle.y,  //
                                      0, 0, 1});
            put(intersected({x, y, side, side}, out_tile), straight);
        }
    }
}

}  // namespace nightstack
