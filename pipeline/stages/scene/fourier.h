// SPDX-License-Identifier: MIT
// Two-dimensional Fourier transform of small planes, sides powers of two, for correlation: there and back again, with
// no order of frequencies promised in between but the one `frequency` names. Radix 2 (Cooley, Tukey 1965), decimated in
// frequency on the way there and in time on the way back, so that nothing is ever put back into order; a butterfly
// works on whole rows, the other direction is done after transposing. Twiddles come from half angles by square roots:
// no libm.
//
// Thread rule: `Fourier` is immutable; one Spectrum per thread. The same bits on every CPU level.
#pragma once

#include <vector>

#include "pipeline/core/image.h"

namespace nightstack {

struct Spectrum {
    Image<float> re, im;
    Image<float> spare_re, spare_im;  // for transposing
};

class Fourier {
public:
    Fourier(int width, int height);  // powers of two from 2 to 4096, asserted

    int width() const { return width_; }
    int height() const { return height_; }

    // In place: planes of width x height become their transform, height x width, both axes bit-reversed.
    void forward(Spectrum& s) const;
    // Back to width x height, times width * height.
    void inverse(Spectrum& s) const;
    // Of row or column `index` of a transform over n points, in cycles over the plane: -n/2 to n/2 - 1.
    static int frequency(int index, int n);

private:
    int width_;
    int height_;
    std::vector<float> cos_, sin_;  // of 2 pi k / longest side, k below its half
};

}  // namespace nightstack
