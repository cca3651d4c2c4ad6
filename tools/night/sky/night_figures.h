// SPDX-License-Identifier: MIT
// What a live night measures, frame by frame and stack by stack, and what follows from it: noise against depth and its
// floor, SNR and the time to a wanted one, drift, rotation, transparency, and one sentence of advice. Wires
// stages/progress. One thread.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/judge/robust.h"
#include "pipeline/stages/progress/field_motion.h"
#include "pipeline/stages/progress/stack_noise.h"
#include "pipeline/stages/progress/time_to_snr.h"
#include "tools/night/show/night_state.h"

namespace nightstack::tools {

class NightFigures {
public:
    // Of the reference: frames' drift is that of its middle, and is held against its size.
    NightFigures(int width, int height);

    // Another reference, another stack: nothing of before counts any more.
    void restart(int width, int height);

    // In any order; twice the same is twice counted. Rejected ones tell of the sky's transparency alone, failed ones
    // nothing. Numbers that cannot be are passed over.
    void add_frame(const NightFrame& frame);

    // The stack as it was when it was worth so many frames (EffectiveFrames); the noise of its mix and its signal, 0
    // where nothing stands out (snapshot_figures.h). In order of depth; what is not above 0 is passed over.
    void add_stack(double frames_effective, double noise_adu, double signal_adu);

    // `pace` of frames to come; `wanted_snr` where one is asked for. Never throws for values: what cannot be is left
    // out. Milliseconds after thousands of frames.
    NightProgress progress(const Pace& pace, std::optional<double> wanted_snr) const;

private:
    void take_noise(NightProgress& p, const Pace& pace, std::optional<double> wanted_snr) const;
    std::optional<FieldMotion> motion() const;
    std::optional<double> fwhm(std::size_t last) const;
    std::optional<double> best_fwhm() const;

    int width_, height_;
    std::vector<StackNoise> noise_;
    double signal_adu_ = 0;            // of the last stack
    std::vector<PlacedFrame> placed_;  // by time, as are the others
    std::vector<Sample> transparency_;
    std::vector<Sample> fwhm_px_;
};

// At most so many measurements are shown, more at the deep end than at the beginning.
inline constexpr std::size_t kMostNoiseShown = 256;

}  // namespace nightstack::tools
