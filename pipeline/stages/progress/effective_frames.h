// SPDX-License-Identifier: MIT
// How many equal frames a stack of unequal ones is worth. Pure.
#pragma once

namespace nightstack {

// A weighted mean of frames with noise s_i and weights w_i has the variance sum (w_i s_i)^2 / (sum w_i)^2. As many
// frames of noise s_1 as make the same one are
//
//   n = s_1^2 (sum w_i)^2 / sum (w_i s_i)^2
//
// With it in place of the plain count, a sky that brightens in the course of a night does not look like a noise floor.
class EffectiveFrames {
public:
    // `noise` of the frame at the level of the reference, above 0; `weight` above 0, in any unit.
    void add(double weight, double noise) {
        if (weights_ == 0) first_ = noise;
        weights_ += weight;
        squares_ += weight * weight * noise * noise;
    }
    double count() const { return squares_ > 0 ? first_ * first_ * weights_ * weights_ / squares_ : 0; }

private:
    double first_ = 0;
    double weights_ = 0;
    double squares_ = 0;
};

}  // namespace nightstack
