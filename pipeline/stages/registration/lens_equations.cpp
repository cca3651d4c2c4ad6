// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/lens_equations.h"

namespace nightstack::lens {
namespace {

// What k1 and k2 add to a point of the frame on its way to the ideal plane.
std::array<Point, kLens> bends(const RadialDistortion& lens, Point p) {
    const double dx = p.x - lens.centre.x;
    const double dy = p.y - lens.centre.y;
    const double r2 = (dx * dx + dy * dy) / (lens.radius_px * lens.radius_px);
    return {Point{dx * r2, dy * r2}, Point{dx * r2 * r2, dy * r2 * r2}};
}

}  // namespace

Evidence& Evidence::operator+=(const Evidence& o) {
    for (std::size_t i = 0; i < kLens; ++i) {
        g[i] += o.g[i];
        for (std::size_t j = 0; j < kLens; ++j) s[i][j] += o.s[i][j];
    }
    weight += o.weight;
    pairs += o.pairs;
    return *this;
}

double Evidence::gain(const Vector& k) const {
    double sum = 0;
    for (std::size_t i = 0; i < kLens; ++i) {
        sum += 2 * k[i] * g[i];
        for (std::size_t j = 0; j < kLens; ++j) sum -= k[i] * s[i][j] * k[j];
    }
    return sum;
}

std::optional<Vector> Evidence::step(std::size_t terms) const {
    if (!(s[0][0] > 0)) return std::nullopt;
    if (terms == 1) return Vector{g[0] / s[0][0], 0};
    const double det = s[0][0] * s[1][1] - s[0][1] * s[1][0];
    if (!(det > 1e-9 * s[0][0] * s[1][1])) return std::nullopt;
    return Vector{(g[0] * s[1][1] - g[1] * s[0][1]) / det, (g[1] * s[0][0] - g[0] * s[1][0]) / det};
}

PairRows rows_of(const RadialDistortion& lens, const Transform& ref_from_frame, const PointPair& pair, Point ref_seen,
                 Point frame_seen) {
    const auto& m = ref_from_frame.row_major();
    const double w = m[6] * pair.frame.x + m[7] * pair.frame.y + m[8];
    const Point q = ref_from_frame(pair.frame);
    const double xx = (m[0] - q.x * m[6]) / w, xy = (m[1] - q.x * m[7]) / w;
    const double yx = (m[3] - q.y * m[6]) / w, yy = (m[4] - q.y * m[7]) / w;
    const std::array<Point, kLens> of_ref = bends(lens, ref_seen);
    const std::array<Point, kLens> of_frame = bends(lens, frame_seen);
    const double nx = (q.x - lens.centre.x) / lens.radius_px;
    const double ny = (q.y - lens.centre.y) / lens.radius_px;
    PairRows rows{{nx, ny, 1, 0, 0, 0, -nx * nx, -nx * ny}, {0, 0, 0, nx, ny, 1, -nx * ny, -ny * ny}};
    for (std::size_t j = 0; j < kLens; ++j) {
        rows.x[kPose + j] = xx * of_frame[j].x + xy * of_frame[j].y - of_ref[j].x;
        rows.y[kPose + j] = yx * of_frame[j].x + yy * of_frame[j].y - of_ref[j].y;
    }
    rows.residual_x = pair.ref.x - q.x;
    rows.residual_y = pair.ref.y - q.y;
    rows.weight = 1 / (pair.sigma_px * pair.sigma_px);
    return rows;
}

void FrameEquations::add(const PairRows& pair) {
    add(pair.x, pair.residual_x, pair.weight);
    add(pair.y, pair.residual_y, pair.weight);
    weight_ += pair.weight;
    pairs_ += 1;
}

void FrameEquations::add(const std::array<double, kAll>& row, double value, double weight) {
    for (std::size_t i = 0; i < kAll; ++i) {
        for (std::size_t j = 0; j <= i; ++j) a_[i][j] += weight * row[i] * row[j];
        b_[i] += weight * row[i] * value;
    }
}

bool FrameEquations::eliminate_pose(Lower& a, std::array<double, kAll>& b) const {
    constexpr double kSingular = 1e-9;
    for (std::size_t k = 0; k < kPose; ++k) {
        if (!(a[k][k] > kSingular * a_[k][k])) return false;
        for (std::size_t i = k + 1; i < kAll; ++i) {
            const double factor = a[i][k] / a[k][k];
            for (std::size_t j = k + 1; j <= i; ++j) a[i][j] -= factor * a[j][k];
            b[i] -= factor * b[k];
        }
    }
    return true;
}

std::optional<Evidence> FrameEquations::without_pose() const {
    Lower a = a_;
    auto b = b_;
    if (!eliminate_pose(a, b)) return std::nullopt;
    Evidence e;
    e.s = {Vector{a[kPose][kPose], a[kPose + 1][kPose]}, Vector{a[kPose + 1][kPose], a[kPose + 1][kPose + 1]}};
    e.g = {b[kPose], b[kPose + 1]};
    e.weight = weight_;
    e.pairs = pairs_;
    return e;
}

std::optional<std::array<double, kPose>> FrameEquations::pose_like_k1() const {
    Lower a = a_;
    std::array<double, kAll> b{};
    for (std::size_t i = 0; i < kPose; ++i) b[i] = a[kPose][i];
    if (!eliminate_pose(a, b)) return std::nullopt;
    std::array<double, kPose> x{};
    for (std::size_t k = kPose; k-- > 0;) {
        x[k] = b[k];
        for (std::size_t i = k + 1; i < kPose; ++i) x[k] -= a[i][k] * x[i];
        x[k] /= a[k][k];
    }
    return x;
}

}  // namespace nightstack::lens
