// SPDX-License-Identifier: MIT
// Judges the frames of one session against the session itself. A frame is rejected when a figure
// lies on its bad side further from the expected value than a tolerance:
//
//   expected  = the session's median + its slow trend, which may lead away from the median only by
//               `trend` (a share of the median, or `absolute`): focus drift, a rising sky and extinction are not
//               outliers, a night that ends in cloud is. Fewer than `frames_for_trend`: the median.
//   tolerance = max(kappa * sigma, relative * |expected|, absolute [, kappa * sqrt(expected) stars])
//   sigma     = 1.4826 * median |value - expected|
//
// The floors `relative` and `absolute` let a night of nearly equal frames reject nobody: what does
// not harm a weighted stack is not worth an exposure. With fewer than `frames_to_judge` frames a
// median says little: only what is absurd beside the session's best frame is rejected.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "pipeline/core/verdict.h"
#include "pipeline/stages/judge/figures.h"

namespace nightstack {

struct FigureOptions {
    bool enabled = true;
    double kappa = 3.5;   // sigmas; one normal frame in 4000 lies further out on one side
    double relative = 0;  // least tolerance as a share of what is expected
    double absolute = 0;  // least tolerance in the figure's own unit
    double trend = 0;     // how far the trend may lead away from the median, as a share of it
    double absurd = 2;    // short sessions: this factor worse than the best
};

struct JudgeOptions {
    // Seeing wanders by 10 %; 20 % more width takes a sixth of a star's signal to noise in that frame.
    FigureOptions fwhm{.relative = 0.20, .absolute = 0.3, .trend = 0.35, .absurd = 2};
    // Median roundness of a good frame wanders by 0.03; at 0.1 below, a trail of half a FWHM shows.
    FigureOptions roundness{.relative = 0, .absolute = 0.10, .trend = 0.10, .absurd = 2};
    // Counts follow seeing and threshold steeply; besides, they cannot be steadier than sqrt(n).
    FigureOptions stars{.relative = 0.35, .absolute = 3, .trend = 0.50, .absurd = 5};
    // A quarter more sky is an eighth more noise; the pedestal may hide in the level, so no less.
    FigureOptions background{.relative = 0.25, .absolute = 2, .trend = 1.50, .absurd = 4};
    // A fifth less light is what thin cirrus takes; the weights already count it down.
    FigureOptions transparency{.relative = 0.20, .absolute = 0.05, .trend = 0.35, .absurd = 3};
    // Below a third of a pixel it does not widen stars; noisy frames double it without harm.
    FigureOptions residual{.relative = 1.0, .absolute = 0.30, .trend = 1.0, .absurd = 8};

    // Of frames of a scene: a third less slope in the picture is what half as much blur again makes.
    FigureOptions sharpness{.relative = 0.30, .absolute = 0.002, .trend = 0.35, .absurd = 2};

    int frames_to_judge = 5;
    int frames_for_trend = 12;

    const FigureOptions& of(Figure figure) const;
    void check() const;  // throws OptionError
};

// One judgement per frame, in order; frames are given in order of time. Each group of frames (figures.h) is a session
// of its own here: a longer exposure has more sky and more stars by nature. `limits` holds every known
// enabled figure by key() beside its limit, also for frames that pass or were refused before.
//
// The reason names the cause: among the figures beyond their limits first those a sky or a mount
// can spoil by itself (transparency, background, FWHM, roundness, sharpness), of them the one furthest out in
// units of its tolerance; star count and residual, which follow from the others, only when alone.
std::vector<Judgement> judge(std::span<const FrameFigures> frames, const JudgeOptions& options = {});

}  // namespace nightstack
