// SPDX-License-Identifier: MIT
// The noise of a stack against its depth. Pure.
//
//   var(n) = a / n + b
//
// a is the variance of one frame (what averages away), b what stays however many frames are added: what repeats from
// frame to frame at the same place of the stack, fixed pattern of the sensor and residuals of calibration above all.
//
// The fit is of y = n var(n) = a + b n, whose relative error is the same at every n: the noise of a stack is estimated
// from equally many pixels each time. Measurements are put into bins of n (four per octave, the median of each bin);
// then weighted least squares, weights 1 / (a + b n)^2 times Huber's (1.5 standard deviations), repeated until they
// agree.
//
// Standard errors. A stack of m > n frames holds the n frames of an earlier one, so that the errors of the two
// measurements are correlated by n / m (of variances; that of the pictures is its root). How much of the error is of
// that kind is not known: errors are computed both for independent ones and for such, each with the scale that the
// residuals then imply, and the larger are given. The scale is joined with a prior of 2 % worth 4 residuals, since a
// few points may lie on a line by chance.
#pragma once

#include <optional>
#include <span>

namespace nightstack {

struct StackNoise {
    double frames = 0;  // in the stack; effective ones (effective_frames.h) where frames differ
    double noise = 0;   // standard deviation of its background, ADU
};

struct NoiseFit {
    double a = 0, b = 0;  // ADU^2; b may come out below 0
    double a_error = 0, b_error = 0;
    double covariance = 0;      // of a and b
    double relative_error = 0;  // of one measured variance, as the residuals tell
    double frames = 0;          // the largest n measured
    int bins = 0;

    double frame_part(double n) const { return a / n; }
    double variance(double n) const { return a / n + b; }
    double variance_error(double n) const;
};

// In any order; what is not finite or not above 0 is passed over. Nothing for fewer than 4 bins, a span of n below 4,
// or when no a > 0 fits.
std::optional<NoiseFit> fit_stack_noise(std::span<const StackNoise> measured);

}  // namespace nightstack
