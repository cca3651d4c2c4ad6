// SPDX-License-Identifier: MIT
// Where a frame lies on the reference, to a pixel of planes reduced to at most 128 px: both are band-passed (a light
// smoothing less the mean of a wide box: gradients of the sky do not count), their cross-power spectrum is partly
// whitened (phase correlation: Kuglin, Hines 1975; the power of weak frequencies is kept, so that noise stays small),
// and its highest peaks are held against the planes themselves. Turned copies of the reference are prepared beforehand.
//
// Thread rule: `CoarseSearch` is immutable; one CoarseScratch per thread. The same bits on every CPU level.
#pragma once

#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/scene/fourier.h"

namespace nightstack {

inline constexpr int kCoarsePx = 128;

// The light smoothing less the mean of a box of 17 x 17 px, falling to 0 over the last eighth of each side.
void band_pass(Image<float>& out, ImageView<const float> plane);

struct CoarseGuess {
    Transform ref_from_frame;  // between the reduced planes
    double correlation = 0;    // of the band-passed planes where they overlap, -1 to 1
};

struct CoarseScratch {
    Image<float> band;  // of the frame
    Image<float> laid;  // the same on the reference's pixels
    Spectrum frame, product;
};

class CoarseSearch {
public:
    // `turns` on each side of 0, each by kTurnStep (tangent).
    CoarseSearch(ImageView<const float> reference, int turns);

    // To be called once per frame, before the others.
    void take_frame(CoarseScratch& scratch, ImageView<const float> frame) const { band_pass(scratch.band, frame); }

    // Guesses near the prior: itself and the highest peaks, the best correlation first. With `turned`, the peaks of all
    // turned references instead. At most four, none under kLeastCorrelation.
    std::vector<CoarseGuess> guesses(CoarseScratch& scratch, const Transform& prior, bool turned) const;

    static constexpr double kTurnStep = 0.0262;  // 1.5 degrees: half of it moves a pixel at the edge by less than one
    static constexpr double kLeastCorrelation = 0.25;

private:
    struct Turned {
        Transform ref_from_turned;
        Image<float> band;
        Image<float> re, im;  // transform, conjugate
    };
    void lay(CoarseScratch& scratch, const Transform& frame_from_ref) const;
    void add_peaks(std::vector<CoarseGuess>& out, const Turned& reference, CoarseScratch& scratch,
                   const Transform& prior) const;
    void correlate(const Turned& reference, CoarseScratch& scratch) const;

    int width_;
    int height_;
    Fourier fourier_;
    std::vector<float> column_weight_, row_weight_;  // squared frequencies, in cycles per px, by index of the transform
    std::vector<Turned> references_;                 // the unturned one first
};

}  // namespace nightstack
