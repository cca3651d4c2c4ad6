// SPDX-License-Identifier: MIT
// How sharp a picture of a film is, to be compared with others within a few seconds of it: patch by patch the energy of
// differences between neighbouring pairs of pixels, so that the noise of single ones counts little. Which patches
// count, and what is usual there, the last pictures together say. A patch into which something came, as the trail of a
// satellite, differs from the others and is left out; a picture as a whole is held against the light in it. So neither
// a trail nor a flash makes a picture a sharp one.
//
// Thread rule: `measure_patches` is a pure function; a scale is for one thread. The same bits on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/core/image.h"

namespace nightstack {

inline constexpr int kSharpnessPatch = 32;  // pixels

struct LumaPatch {
    float energy = 0;  // mean square of the differences between 2 x 2 pixels and the next, levels
    float light = 0;   // mean level
};
using LumaPatches = std::vector<LumaPatch>;

// Replaces `out`, row by row of patches; those at the right and lower edge are larger. None for less than 4 x 4 pixels.
void measure_patches(LumaPatches& out, ImageView<const std::uint8_t> y);

class SharpnessScale {
public:
    static constexpr std::size_t kPictures = 16;

    // The next picture of the film; one of another size begins anew. The scale is that of the last kPictures.
    void add(const LumaPatches& picture);
    // A multiple of kPictures have been added, or fewer: time to look again at pictures that were looked at before.
    bool turned() const { return next_ == 0; }
    // Without unit, 1 as usual. Comparable for one state of the scale. 0 where nothing can be told.
    double of(const LumaPatches& picture) const;

private:
    struct Usual {
        std::size_t patch;
        double weight, energy, light;
    };
    void learn();
    std::vector<LumaPatches> last_;  // a ring
    std::size_t next_ = 0;
    std::vector<Usual> usual_;  // of the patches that count
};

}  // namespace nightstack
