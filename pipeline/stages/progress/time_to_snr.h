// SPDX-License-Identifier: MIT
// How long until a picture is as good as wanted. Pure.
//
//   SNR(n) = signal / sqrt(a / n + b)        signal: ADU above the sky per pixel, of whatever is to be seen
//   n(SNR) = a / (signal^2 / SNR^2 - b)      none where b forbids it
//
// b enters only as far as it is known: below 2 of its standard errors it counts as 0 (it is never below 0).
#pragma once

#include <optional>

#include "pipeline/stages/progress/stack_noise.h"

namespace nightstack {

// Of a stack of n frames. 0 for a signal of 0 or below.
double snr(const NoiseFit& fit, double signal, double n);

struct Pace {
    double exposure_s = 0;      // of one frame, above 0
    double overhead_s = 0;      // between two of them, from 0
    double accepted_share = 1;  // of the frames taken, those that are stacked; above 0, at most 1
};

struct TimeToSnr {
    enum class Reach {
        reached,    // it is there already
        reachable,  // after `frames_more`
        uncertain,  // the fit's floor would forbid it, but is not known well enough to say so
        never,      // the noise floor forbids it: b - 2 standard errors is above what is wanted. Dither
    };
    Reach reach = Reach::never;
    double frames = 0;        // in the stack in all, for the wanted SNR (reached, reachable)
    double frames_error = 0;  // standard error of it, by that of the fit
    double frames_more = 0;   // to be stacked still, a whole number
    double seconds = 0;       // until then, with those that will be rejected
    double highest_snr = 0;   // that any number of frames can give; infinite without a floor
};

// `n`: in the stack now. Throws OptionError for a wanted SNR or a signal not above 0, or a Pace out of its bounds.
TimeToSnr time_to_snr(const NoiseFit& fit, double signal, double wanted_snr, double n, const Pace& pace);

}  // namespace nightstack
