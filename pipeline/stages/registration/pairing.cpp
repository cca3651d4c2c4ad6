// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/pairing.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nightstack {
namespace {

// Half the mean distance of even stars: a search then meets a quarter of a star per cell.
double cell_size(const Extent& e, std::size_t count) {
    const double area = std::max(1.0, e.x1 - e.x0) * std::max(1.0, e.y1 - e.y0);
    return std::max(24.0, 0.5 * std::sqrt(area / static_cast<double>(std::max<std::size_t>(1, count))));
}

struct Nearest {
    int other = -1;
    double distance2 = std::numeric_limits<double>::infinity();
};

}  // namespace

PairFinder::PairFinder(std::span<const StarPoint> points) : points_(points), extent_(extent_of(points)) {
    if (points.empty()) return;
    cell_px_ = cell_size(extent_, points.size());
    columns_ = static_cast<int>((extent_.x1 - extent_.x0) / cell_px_) + 1;
    rows_ = static_cast<int>((extent_.y1 - extent_.y0) / cell_px_) + 1;
    const auto cell_of = [&](const StarPoint& p) {
        const int cx = static_cast<int>((p.x - extent_.x0) / cell_px_);
        const int cy = static_cast<int>((p.y - extent_.y0) / cell_px_);
        return static_cast<std::size_t>(cy) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(cx);
    };
    first_.assign(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_) + 1, 0);
    for (const StarPoint& p : points) ++first_[cell_of(p) + 1];
    for (std::size_t c = 1; c < first_.size(); ++c) first_[c] += first_[c - 1];
    members_.resize(points.size());
    std::vector<int> next(first_.begin(), first_.end() - 1);
    for (std::size_t i = 0; i < points.size(); ++i) {
        members_[static_cast<std::size_t>(next[cell_of(points[i])]++)] = static_cast<int>(i);
    }
}

template <class Visit>
void PairFinder::visit_cells(double x0, double y0, double x1, double y1, Visit&& visit) const {
    const auto column = [&](double x) { return std::clamp((x - extent_.x0) / cell_px_, -1.0, columns_ + 0.0); };
    const auto row = [&](double y) { return std::clamp((y - extent_.y0) / cell_px_, -1.0, rows_ + 0.0); };
    const int c0 = std::max(0, static_cast<int>(std::floor(column(x0))));
    const int c1 = std::min(columns_ - 1, static_cast<int>(std::floor(column(x1))));
    const int r0 = std::max(0, static_cast<int>(std::floor(row(y0))));
    const int r1 = std::min(rows_ - 1, static_cast<int>(std::floor(row(y1))));
    for (int r = r0; r <= r1; ++r) {
        const std::size_t line = static_cast<std::size_t>(r) * static_cast<std::size_t>(columns_);
        for (int c = c0; c <= c1; ++c) {
            const std::size_t cell = line + static_cast<std::size_t>(c);
            for (int m = first_[cell]; m < first_[cell + 1]; ++m) visit(members_[static_cast<std::size_t>(m)]);
        }
    }
}

std::vector<StarPair> PairFinder::pairs(std::span<const Point> places, double radius_px) const {
    const double limit = radius_px * radius_px;
    std::vector<Nearest> of_point(points_.size());
    std::vector<Nearest> of_place(places.size());
    for (std::size_t f = 0; f < places.size(); ++f) {
        const Point p = places[f];
        if (!extent_.contains(p, radius_px)) continue;  // also refuses NaN
        visit_cells(p.x - radius_px, p.y - radius_px, p.x + radius_px, p.y + radius_px, [&](int q) {
            const StarPoint& s = points_[static_cast<std::size_t>(q)];
            const double d2 = (s.x - p.x) * (s.x - p.x) + (s.y - p.y) * (s.y - p.y);
            if (d2 > limit) return;
            Nearest& a = of_place[f];
            if (d2 < a.distance2 || (d2 == a.distance2 && q < a.other)) a = {q, d2};
            Nearest& b = of_point[static_cast<std::size_t>(q)];
            if (d2 < b.distance2) b = {static_cast<int>(f), d2};
        });
    }
    std::vector<StarPair> result;
    for (std::size_t q = 0; q < of_point.size(); ++q) {
        const int f = of_point[q].other;
        if (f >= 0 && of_place[static_cast<std::size_t>(f)].other == static_cast<int>(q)) {
            result.push_back({static_cast<int>(q), f});
        }
    }
    return result;
}

double PairFinder::density_around(std::size_t i) const {
    const StarPoint& p = points_[i];
    const double cx = extent_.x0 + (std::floor((p.x - extent_.x0) / cell_px_) + 0.5) * cell_px_;
    const double cy = extent_.y0 + (std::floor((p.y - extent_.y0) / cell_px_) + 0.5) * cell_px_;
    int count = 0;
    visit_cells(cx - cell_px_, cy - cell_px_, cx + cell_px_, cy + cell_px_, [&](int) { ++count; });
    return (count - 1) / (9 * cell_px_ * cell_px_);
}

std::vector<StarPair> pair_stars(const StarList& ref, const StarList& frame, const Transform& ref_from_frame,
                                 double radius_px, double separation_px) {
    constexpr int all = std::numeric_limits<int>::max();
    const std::vector<StarPoint> r = usable_stars(ref, separation_px, all);
    const std::vector<StarPoint> f = usable_stars(frame, separation_px, all);
    std::vector<Point> places;
    places.reserve(f.size());
    for (const StarPoint& p : f) places.push_back(ref_from_frame({p.x, p.y}));
    std::vector<StarPair> result = PairFinder(r).pairs(places, radius_px);
    for (StarPair& p : result) {
        p = {r[static_cast<std::size_t>(p.ref)].index, f[static_cast<std::size_t>(p.frame)].index};
    }
    std::sort(result.begin(), result.end(), [](const StarPair& a, const StarPair& b) { return a.ref < b.ref; });
    return result;
}

}  // namespace nightstack
