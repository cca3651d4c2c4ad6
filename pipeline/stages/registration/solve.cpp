// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/solve.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace nightstack {
namespace {

// Normal equations of N unknowns, solved by Cholesky; refuses what is singular to working accuracy.
template <std::size_t N>
class Normal {
public:
    // One equation row . x = value with a weight.
    void add(const std::array<double, N>& row, double value, double weight) {
        for (std::size_t i = 0; i < N; ++i) {
            const double wi = weight * row[i];
            for (std::size_t j = 0; j <= i; ++j) a_[i][j] += wi * row[j];
            b_[i] += wi * value;
        }
    }
    std::optional<std::array<double, N>> solution() const {
        constexpr double singular = 1e-11;  // of the diagonal; coordinates are of order one
        std::array<std::array<double, N>, N> l{};
        std::array<double, N> x{};
        for (std::size_t i = 0; i < N; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                double s = a_[i][j];
                for (std::size_t k = 0; k < j; ++k) s -= l[i][k] * l[j][k];
                if (i != j) {
                    l[i][j] = s / l[j][j];
                } else {
                    if (!(s > singular * a_[i][i])) return std::nullopt;
                    l[i][i] = std::sqrt(s);
                }
            }
        }
        for (std::size_t i = 0; i < N; ++i) {
            double s = b_[i];
            for (std::size_t k = 0; k < i; ++k) s -= l[i][k] * x[k];
            x[i] = s / l[i][i];
        }
        for (std::size_t i = N; i-- > 0;) {
            double s = x[i];
            for (std::size_t k = i + 1; k < N; ++k) s -= l[k][i] * x[k];
            x[i] = s / l[i][i];
        }
        return x;
    }

private:
    std::array<std::array<double, N>, N> a_{};
    std::array<double, N> b_{};
};

// Moves to the weighted mean and divides by the rms distance from it.
struct Frame {
    Point mean;
    double size = 0;
    Point inside(Point p) const { return {(p.x - mean.x) / size, (p.y - mean.y) / size}; }
    Transform to_inside() const {
        return Transform({1 / size, 0, -mean.x / size, 0, 1 / size, -mean.y / size, 0, 0, 1});
    }
    Transform to_outside() const { return Transform({size, 0, mean.x, 0, size, mean.y, 0, 0, 1}); }
};

template <class Pick>
Frame frame_of(std::span<const PointPair> pairs, std::span<const double> w, Pick&& pick) {
    Frame f;
    double sum = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const Point p = pick(pairs[i]);
        sum += w[i];
        f.mean.x += w[i] * p.x;
        f.mean.y += w[i] * p.y;
    }
    f.mean.x /= sum;
    f.mean.y /= sum;
    double square = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const Point p = pick(pairs[i]);
        square += w[i] * ((p.x - f.mean.x) * (p.x - f.mean.x) + (p.y - f.mean.y) * (p.y - f.mean.y));
    }
    f.size = std::sqrt(square / sum);
    return f;
}

struct Inside {  // pairs in both normal frames
    std::vector<PointPair> pairs;
    Frame ref;
    Frame frame;
};

std::optional<Transform> solve_similarity(const Inside& in, std::span<const double> w) {
    double re = 0;
    double im = 0;
    double norm = 0;
    for (std::size_t i = 0; i < in.pairs.size(); ++i) {
        const Point r = in.pairs[i].ref;
        const Point f = in.pairs[i].frame;
        re += w[i] * (f.x * r.x + f.y * r.y);
        im += w[i] * (f.x * r.y - f.y * r.x);
        norm += w[i] * (f.x * f.x + f.y * f.y);
    }
    re /= norm;
    im /= norm;
    if (!(re * re + im * im > 1e-12)) return std::nullopt;
    return Transform({re, -im, 0, im, re, 0, 0, 0, 1});
}

std::optional<Transform> solve_affine(const Inside& in, std::span<const double> w) {
    Normal<3> x;
    Normal<3> y;
    for (std::size_t i = 0; i < in.pairs.size(); ++i) {
        const std::array<double, 3> row{in.pairs[i].frame.x, in.pairs[i].frame.y, 1};
        x.add(row, in.pairs[i].ref.x, w[i]);
        y.add(row, in.pairs[i].ref.y, w[i]);
    }
    const auto a = x.solution();
    const auto b = y.solution();
    if (!a || !b) return std::nullopt;
    return Transform({(*a)[0], (*a)[1], (*a)[2], (*b)[0], (*b)[1], (*b)[2], 0, 0, 1});
}

// One Gauss-Newton step of the eight free elements; empty when singular.
std::optional<std::array<double, 8>> homography_step(const std::array<double, 9>& m, const Inside& in,
                                                     std::span<const double> w) {
    Normal<8> normal;
    for (std::size_t i = 0; i < in.pairs.size(); ++i) {
        if (w[i] <= 0) continue;
        const Point f = in.pairs[i].frame;
        const double depth = m[6] * f.x + m[7] * f.y + 1;
        if (!(depth > 1e-3)) return std::nullopt;  // the horizon runs through the picture
        const double u = (m[0] * f.x + m[1] * f.y + m[2]) / depth;
        const double v = (m[3] * f.x + m[4] * f.y + m[5]) / depth;
        const double x = f.x / depth;
        const double y = f.y / depth;
        normal.add({x, y, 1 / depth, 0, 0, 0, -u * x, -u * y}, in.pairs[i].ref.x - u, w[i]);
        normal.add({0, 0, 0, x, y, 1 / depth, -v * x, -v * y}, in.pairs[i].ref.y - v, w[i]);
    }
    return normal.solution();
}

std::optional<Transform> solve_homography(const Inside& in, std::span<const double> w) {
    const std::optional<Transform> start = solve_affine(in, w);
    if (!start) return std::nullopt;
    std::array<double, 9> m = start->row_major();
    for (int round = 0; round < 12; ++round) {
        const auto change = homography_step(m, in, w);
        if (!change) return std::nullopt;
        double largest = 0;
        for (std::size_t k = 0; k < 8; ++k) {
            m[k] += (*change)[k];
            largest = std::max(largest, std::abs((*change)[k]));
        }
        if (largest < 1e-12) break;
    }
    return Transform(m);
}

std::optional<Transform> solve_shift(std::span<const PointPair> pairs, std::span<const double> w) {
    double sum = 0;
    double dx = 0;
    double dy = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        sum += w[i];
        dx += w[i] * (pairs[i].ref.x - pairs[i].frame.x);
        dy += w[i] * (pairs[i].ref.y - pairs[i].frame.y);
    }
    return Transform::shift(dx / sum, dy / sum);
}

Transform outside(const Transform& t, const Inside& in) {
    const Transform whole = in.ref.to_outside() * t * in.frame.to_inside();
    std::array<double, 9> m = whole.row_major();
    if (t.is_affine()) return whole;
    const double last = m[8];
    for (double& v : m) v /= last;
    return Transform(m);
}

}  // namespace

int least_pairs(TransformModel model) {
    switch (model) {
        case TransformModel::shift:
            return 1;
        case TransformModel::similarity:
            return 2;
        case TransformModel::affine:
            return 3;
        case TransformModel::homography:
            return 4;
    }
    return 4;
}

std::optional<Transform> solve(TransformModel model, std::span<const PointPair> pairs,
                               std::span<const double> weights) {
    int usable = 0;
    for (const double w : weights) usable += w > 0 ? 1 : 0;
    if (usable < least_pairs(model)) return std::nullopt;
    if (model == TransformModel::shift) return solve_shift(pairs, weights);
    Inside in;
    in.ref = frame_of(pairs, weights, [](const PointPair& p) { return p.ref; });
    in.frame = frame_of(pairs, weights, [](const PointPair& p) { return p.frame; });
    if (!(in.ref.size > 1e-6 && in.frame.size > 1e-6)) return std::nullopt;
    for (const PointPair& p : pairs) in.pairs.push_back({in.ref.inside(p.ref), in.frame.inside(p.frame), p.sigma_px});
    std::optional<Transform> t;
    if (model == TransformModel::similarity) t = solve_similarity(in, weights);
    if (model == TransformModel::affine) t = solve_affine(in, weights);
    if (model == TransformModel::homography) t = solve_homography(in, weights);
    if (!t) return std::nullopt;
    return outside(*t, in);
}

}  // namespace nightstack
