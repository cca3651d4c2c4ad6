// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/homography.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <random>
#include <utility>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

// Brings points near 0 and to size 1, so that products of coordinates are alike.
struct Scaling {
    double x = 0, y = 0, s = 1;
    template <class Get>
    Scaling(std::span<const PlacePair> pairs, Get get) {
        for (const PlacePair& p : pairs) {
            x += get(p).x;
            y += get(p).y;
        }
        const auto n = static_cast<double>(pairs.size());
        x /= n;
        y /= n;
        double sum = 0;
        for (const PlacePair& p : pairs) sum += std::hypot(get(p).x - x, get(p).y - y);
        if (sum > 0) s = n / sum;
    }
    Point operator()(Point p) const { return {(p.x - x) * s, (p.y - y) * s}; }
    Transform transform() const { return Transform({s, 0, -s * x, 0, s, -s * y, 0, 0, 1}); }
};

// How areas grow at a place, signed.
double area_at(const std::array<double, 9>& m, Point p) {
    const double w = m[6] * p.x + m[7] * p.y + m[8];
    const double det =
        m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
    return w > 0 ? det / (w * w * w) : -1;
}

bool sane(const Transform& t, std::span<const PlacePair> pairs) {
    return std::all_of(pairs.begin(), pairs.end(), [&](const PlacePair& p) {
        const double area = area_at(t.row_major(), p.a);
        return area > 1.0 / 16 && area < 16;
    });
}

double distance2(const Transform& t, const PlacePair& p) {
    const Point at = t(p.a);
    return (at.x - p.b.x) * (at.x - p.b.x) + (at.y - p.b.y) * (at.y - p.b.y);
}

// Squares of the first picture, numbered; each pair in one of its own without a size.
std::vector<int> cells_of(std::span<const PlacePair> pairs, double cell_px) {
    std::vector<int> out;
    std::map<std::pair<long, long>, int> numbers;
    for (const PlacePair& p : pairs) {
        if (!(cell_px > 0)) {
            out.push_back(static_cast<int>(out.size()));
            continue;
        }
        const std::pair<long, long> cell(std::lround(p.a.x / cell_px), std::lround(p.a.y / cell_px));
        out.push_back(numbers.try_emplace(cell, static_cast<int>(numbers.size())).first->second);
    }
    return out;
}

// How many squares have a pair that fits.
class FitCount {
public:
    FitCount(std::span<const PlacePair> pairs, double tolerance2, double cell_px)
        : pairs_(pairs), tolerance2_(tolerance2), cell_(cells_of(pairs, cell_px)), seen_(pairs.size(), 0) {}
    int operator()(const Transform& t) {
        ++round_;
        int n = 0;
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            if (!(distance2(t, pairs_[i]) < tolerance2_)) continue;
            int& seen = seen_[static_cast<std::size_t>(cell_[i])];
            n += seen != round_ ? 1 : 0;
            seen = round_;
        }
        return n;
    }
    int cells() const { return cell_.empty() ? 0 : *std::max_element(cell_.begin(), cell_.end()) + 1; }

private:
    std::span<const PlacePair> pairs_;
    double tolerance2_;
    std::vector<int> cell_, seen_;
    int round_ = 0;
};

std::vector<PlacePair> those_that_fit(const Transform& t, std::span<const PlacePair> pairs, double tolerance2) {
    std::vector<PlacePair> out;
    for (const PlacePair& p : pairs)
        if (distance2(t, p) < tolerance2) out.push_back(p);
    return out;
}

// Enough to have met four good ones with a chance of .999. Bounded before it becomes a whole number: where four of
// hundreds fit it is thousands of millions.
int tries_for(double share, int most) {
    const double good = std::pow(share, 4);
    if (good > 0.999) return 0;
    return static_cast<int>(std::min(std::log(1e-3) / std::log1p(-good) + 20, static_cast<double>(most)));
}

// Four different ones of the first `pool`.
std::array<PlacePair, 4> any_four(std::span<const PlacePair> pairs, int pool, std::mt19937& random) {
    std::array<PlacePair, 4> four;
    std::array<unsigned, 4> taken{};
    for (std::size_t k = 0; k < 4; ++k) {
        const auto end = taken.begin() + static_cast<std::ptrdiff_t>(k);
        do taken[k] = static_cast<unsigned>(random()) % static_cast<unsigned>(pool);
        while (std::find(taken.begin(), end, taken[k]) != end);
        four[k] = pairs[taken[k]];
    }
    return four;
}

}  // namespace

std::optional<Transform> homography_of(std::span<const PlacePair> pairs) {
    if (pairs.size() < 4) return std::nullopt;
    const Scaling of_a(pairs, [](const PlacePair& p) { return p.a; });
    const Scaling of_b(pairs, [](const PlacePair& p) { return p.b; });
    Eigen::Matrix<double, 8, 8> normal = Eigen::Matrix<double, 8, 8>::Zero();
    Eigen::Matrix<double, 8, 1> right = Eigen::Matrix<double, 8, 1>::Zero();
    for (const PlacePair& pair : pairs) {
        const Point a = of_a(pair.a), b = of_b(pair.b);
        Eigen::Matrix<double, 8, 1> row;
        row << a.x, a.y, 1, 0, 0, 0, -b.x * a.x, -b.x * a.y;
        normal += row * row.transpose();
        right += row * b.x;
        row << 0, 0, 0, a.x, a.y, 1, -b.y * a.x, -b.y * a.y;
        normal += row * row.transpose();
        right += row * b.y;
    }
    const Eigen::LDLT<Eigen::Matrix<double, 8, 8>> solver(normal);
    // Places on a line leave a pivot at rounding: what solves these equations then is one of many.
    const auto pivots = solver.vectorD();
    if (solver.info() != Eigen::Success || !(pivots.minCoeff() > 1e-13 * pivots.maxCoeff())) return std::nullopt;
    const Eigen::Matrix<double, 8, 1> h = solver.solve(right);
    if (!h.allFinite()) return std::nullopt;
    const Transform scaled({h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], 1});
    try {
        return of_b.transform().inverse() * scaled * of_a.transform();
    } catch (const FormatError&) {  // all in one place
        return std::nullopt;
    }
}

std::optional<HomographyFit> fit_homography(std::span<const PlacePair> pairs, const HomographyOptions& options) {
    constexpr int kLeast = 6;
    const auto n = static_cast<int>(pairs.size());
    if (n < kLeast) return std::nullopt;
    const double tolerance2 = options.tolerance_px * options.tolerance_px;
    std::mt19937 random(12345);
    FitCount count_fits(pairs, tolerance2, options.cell_px);
    Transform best;
    int most = 0, tries = options.most_tries;
    for (int i = 0; i < tries; ++i) {
        // The pool is the front at first and all of them after a third of the tries.
        const int pool = std::min(n, std::max(8, 8 + (n - 8) * 3 * i / options.most_tries));
        const std::array<PlacePair, 4> four = any_four(pairs, pool, random);
        const auto found = homography_of(four);
        if (!found || !sane(*found, four)) continue;
        const int fits = count_fits(*found);
        if (fits <= most) continue;
        most = fits;
        best = *found;
        // What four pairs give is rough; a round over those that fit finds the others.
        const auto better = homography_of(those_that_fit(best, pairs, tolerance2));
        if (better && sane(*better, four)) {
            const int now = count_fits(*better);
            if (now > most) {
                most = now;
                best = *better;
            }
        }
        tries = std::min(
            tries, std::max(i + 1, tries_for(static_cast<double>(most) / count_fits.cells(), options.most_tries)));
    }
    if (most < kLeast) return std::nullopt;
    for (int round = 0; round < 3; ++round) {
        const auto better = homography_of(those_that_fit(best, pairs, tolerance2));
        if (!better || count_fits(*better) < most) break;
        best = *better;
        most = count_fits(best);
    }
    const std::vector<PlacePair> kept = those_that_fit(best, pairs, tolerance2);
    if (!sane(best, kept)) return std::nullopt;
    HomographyFit out{best, {}, static_cast<int>(kept.size())};
    for (const PlacePair& p : pairs) out.fits.push_back(distance2(best, p) < tolerance2);
    return out;
}

}  // namespace nightstack
