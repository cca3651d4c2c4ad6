// SPDX-License-Identifier: MIT
// The definition of clip.h word by word, for one pixel whose samples are all there.
#pragma once

#include <vector>

#include "pipeline/stages/live/clip.h"

namespace nightstack::reference {

struct TwinSample {
    double value = 0;  // whole units
    int weight = kLiveWeightOne;
};

struct TwinClip {
    std::vector<bool> taken;  // in the order of the samples, sorted by value, then weight
    std::vector<TwinSample> sorted;
    int count = 0, low = 0, high = 0;
    bool flagged = false;
    double weight() const;
    double sum() const;      // of w x
    double squares() const;  // of w x^2
    double mean() const { return sum() / weight(); }
};

TwinClip clip_twin(std::vector<TwinSample> samples, const ClipRule& rule);

}  // namespace nightstack::reference
