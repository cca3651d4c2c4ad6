// SPDX-License-Identifier: MIT
// The least squares of lens.h: what a matched star says about k1 and k2 while its frame's homography is free as well.
// Inner part of the registration room; values, no thread rule.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "pipeline/core/distortion.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/registration/solve.h"

namespace nightstack::lens {

inline constexpr std::size_t kPose = 8;  // unknowns of a homography
inline constexpr std::size_t kLens = 2;
inline constexpr std::size_t kAll = kPose + kLens;

using Vector = std::array<double, kLens>;
using Matrix = std::array<Vector, kLens>;

// What some stars say about k1 and k2 once the homographies have taken their share.
struct Evidence {
    Matrix s{};
    Vector g{};
    double weight = 0;  // of all pairs in it
    double pairs = 0;
    Evidence& operator+=(const Evidence& o);
    // How much smaller the weighted sum of squares gets by this step.
    double gain(const Vector& k) const;
    // The best step of the first `terms` unknowns; empty when they are not determined.
    std::optional<Vector> step(std::size_t terms) const;
};

// A pair's two equations: residual = pose (8) and lens (2) times what they should change by.
struct PairRows {
    std::array<double, kAll> x{}, y{};
    double residual_x = 0, residual_y = 0, weight = 0;
};

// `pair` as on the ideal plane, and where its stars are seen.
PairRows rows_of(const RadialDistortion& lens, const Transform& ref_from_frame, const PointPair& pair, Point ref_seen,
                 Point frame_seen);

// Normal equations of one frame, or of a fold of it.
class FrameEquations {
public:
    void add(const PairRows& pair);
    // The Schur complement. Empty when the pose is not determined.
    std::optional<Evidence> without_pose() const;
    // The change of pose that comes nearest to what k1 does. Empty likewise.
    std::optional<std::array<double, kPose>> pose_like_k1() const;

private:
    using Lower = std::array<std::array<double, kAll>, kAll>;
    // L D L' down the pose, in place, with the forward substitution of `b`. False when a pivot is next to nothing.
    bool eliminate_pose(Lower& a, std::array<double, kAll>& b) const;
    void add(const std::array<double, kAll>& row, double value, double weight);

    Lower a_{};
    std::array<double, kAll> b_{};
    double weight_ = 0;
    double pairs_ = 0;
};

}  // namespace nightstack::lens
