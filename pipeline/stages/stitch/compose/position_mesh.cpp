// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/position_mesh.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/stages/stitch/compose/remap.h"

namespace nightstack {
namespace {

// Lagrange through nodes at -1, 0, 1, 2.
std::array<double, 4> lagrange(double t) {
    return {-t * (t - 1) * (t - 2) / 6, (t + 1) * (t - 1) * (t - 2) / 2, -(t + 1) * t * (t - 2) / 2,
            (t + 1) * t * (t - 1) / 6};
}
double third(double a, double b, double c, double d) { return std::abs(d - 3 * c + 3 * b - a); }

}  // namespace

void PositionMesh::cover(const CanvasToTile& map, const MeshShape& shape, const Rect& area) {
    map_ = &map;
    shape_ = shape;
    const int s = shape.spacing_log2;
    const int x0 = (area.x >> s) - 1, y0 = (area.y >> s) - 1;
    nodes_ = {x0, y0, ((area.right() - 1) >> s) + 3 - x0, ((area.bottom() - 1) >> s) + 3 - y0};
    const std::size_t count = static_cast<std::size_t>(nodes_.width) * static_cast<std::size_t>(nodes_.height);
    places_.resize(count);
    known_.assign(count, 0);
    squares_.assign(count, 0);
}

void PositionMesh::find_node(int i, int j, std::size_t at) {
    known_[at] = 1;
    const double spacing = 1 << shape_.spacing_log2;
    places_[at] = (*map_)(shape_.step * (i * spacing) + shape_.offset, shape_.step * (j * spacing) + shape_.offset);
}

bool PositionMesh::smooth(int i, int j) {
    std::uint8_t& known = squares_[static_cast<std::size_t>(j - nodes_.y) * static_cast<std::size_t>(nodes_.width) +
                                   static_cast<std::size_t>(i - nodes_.x)];
    if (known != 0) return known == 1;
    known = 2;
    std::array<std::array<CanvasToTile::Place, 4>, 4> p;
    for (int k = 0; k < 4; ++k) {
        for (int l = 0; l < 4; ++l) {
            auto& place = p[static_cast<std::size_t>(k)][static_cast<std::size_t>(l)];
            place = node(i - 1 + l, j - 1 + k);
            if (!place.seen) return false;
        }
    }
    double most = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        most = std::max(
            {most, third(p[k][0].x, p[k][1].x, p[k][2].x, p[k][3].x), third(p[k][0].y, p[k][1].y, p[k][2].y, p[k][3].y),
             third(p[0][k].x, p[1][k].x, p[2][k].x, p[3][k].x), third(p[0][k].y, p[1][k].y, p[2][k].y, p[3][k].y)});
    }
    if (most > shape_.most_third) return false;
    known = 1;
    return true;
}

PositionMesh::Row PositionMesh::row(int x, int y, int count) {
    const int s = shape_.spacing_log2, length = 1 << s;
    const int first = x >> s, last = (x + count - 1) >> s, j = y >> s, pieces = last - first + 1;
    const auto size = static_cast<std::size_t>(pieces << s);
    if (x_.size() < size) {
        x_.resize(size);
        y_.resize(size);
    }
    const std::size_t columns = static_cast<std::size_t>(pieces) + 3;
    line_.assign(2 * columns, 0);
    cubics_.resize(8 * static_cast<std::size_t>(pieces));
    // Down the columns of nodes, then along the row between them.
    const std::array<double, 4> weights = lagrange(static_cast<double>(y - (j << s)) / length);
    for (std::size_t k = 0; k < 4; ++k) {
        for (std::size_t c = 0; c < columns; ++c) {
            const CanvasToTile::Place& place = node(first - 1 + static_cast<int>(c), j - 1 + static_cast<int>(k));
            line_[2 * c] += weights[k] * place.x;
            line_[2 * c + 1] += weights[k] * place.y;
        }
    }
    const auto cubics = reinterpret_cast<float(*)[4]>(cubics_.data());
    for (int p = 0; p < pieces; ++p) {
        for (int axis = 0; axis < 2; ++axis) {
            const double* at = line_.data() + 2 * p + axis;
            const double a = at[0], b = at[2], c = at[4], d = at[6];
            float* to = cubics[axis * pieces + p];
            to[0] = static_cast<float>(b);
            to[1] = static_cast<float>(c - a / 3 - b / 2 - d / 6);
            to[2] = static_cast<float>((a + c) / 2 - b);
            to[3] = static_cast<float>((d - a) / 6 + (b - c) / 2);
        }
    }
    evaluate_cubics(cubics, pieces, length, x_.data());
    evaluate_cubics(cubics + pieces, pieces, length, y_.data());
    for (int p = 0; p < pieces; ++p) {
        if (smooth(first + p, j)) continue;
        const int from = std::max(x, (first + p) << s), to = std::min(x + count, (first + p + 1) << s);
        for (int i = from; i < to; ++i) {
            const auto place = (*map_)(shape_.step * i + shape_.offset, shape_.step * y + shape_.offset);
            const auto at = static_cast<std::size_t>(i - (first << s));
            x_[at] = static_cast<float>(place.x);
            y_[at] = static_cast<float>(place.y);
        }
    }
    const int skip = x - (first << s);
    return {x_.data() + skip, y_.data() + skip};
}

// Between nodes a line bends by an eighth of its second difference; that of a smooth square is small beside its size.
double PositionMesh::slack() const { return 2; }

PositionMesh::Extent PositionMesh::extent(const Rect& part) {
    const int s = shape_.spacing_log2;
    Extent e{INFINITY, INFINITY, -INFINITY, -INFINITY, true};
    const auto add = [&](const CanvasToTile::Place& p) {
        e.x0 = std::min(e.x0, p.x);
        e.y0 = std::min(e.y0, p.y);
        e.x1 = std::max(e.x1, p.x);
        e.y1 = std::max(e.y1, p.y);
        e.seen = e.seen && p.seen;
    };
    const int right = part.right() - 1, bottom = part.bottom() - 1;
    for (int j = part.y >> s; j <= bottom >> s; ++j) {
        for (int i = part.x >> s; i <= right >> s; ++i) {
            if (smooth(i, j)) {
                // How far the square's lines may bow out of its corners.
                const auto& a = node(i, j);
                const auto& b = node(i + 1, j);
                const auto& c = node(i, j + 1);
                const auto& d = node(i + 1, j + 1);
                const auto bow = [&](const CanvasToTile::Place& p, const CanvasToTile::Place& q,
                                     const CanvasToTile::Place& r) {
                    return std::abs(p.x - 2 * q.x + r.x) + std::abs(p.y - 2 * q.y + r.y);
                };
                const double out = (bow(node(i - 1, j), a, b) + bow(node(i, j - 1), a, c) +
                                    bow(b, d, node(i + 1, j + 2)) + bow(c, d, node(i + 2, j + 1))) /
                                       8 +
                                   std::abs(a.x - b.x - c.x + d.x) / 4 + std::abs(a.y - b.y - c.y + d.y) / 4;
                for (const auto* p : {&a, &b, &c, &d}) {
                    add({p->x - out, p->y - out, true});
                    add({p->x + out, p->y + out, true});
                }
                continue;
            }
            for (int y = std::max(part.y, j << s); y < std::min(part.bottom(), (j + 1) << s); ++y) {
                for (int x = std::max(part.x, i << s); x < std::min(part.right(), (i + 1) << s); ++x)
                    add((*map_)(shape_.step * x + shape_.offset, shape_.step * y + shape_.offset));
            }
        }
    }
    return e;
}

bool PositionMesh::surely_inside(const Rect& part) {
    const Extent e = extent(part);
    const TileLens& lens = map_->lens();
    return e.seen && e.x0 >= 0 && e.y0 >= 0 && e.x1 <= lens.width - 1 && e.y1 <= lens.height - 1;
}

bool PositionMesh::surely_outside(const Rect& part) {
    const Extent e = extent(part);
    const TileLens& lens = map_->lens();
    return e.x1 < -1 || e.y1 < -1 || e.x0 > lens.width || e.y0 > lens.height;
}

Rect PositionMesh::bounds(const Rect& part) {
    const Extent e = extent(part);
    const TileLens& lens = map_->lens();
    const auto within = [](double v, int size) { return static_cast<int>(std::clamp(v, 0.0, size - 1.0)); };
    const int x0 = within(e.x0 - slack(), lens.width), y0 = within(e.y0 - slack(), lens.height);
    return {x0, y0, within(e.x1 + slack() + 1, lens.width) + 1 - x0, within(e.y1 + slack() + 1, lens.height) + 1 - y0};
}

}  // namespace nightstack
