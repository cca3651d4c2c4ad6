// SPDX-License-Identifier: MIT
// What the first group of a film tells the live stack: the noise of a group's mean, its sky, how the noise grows with
// light; and by how much the levels of later groups differ. Pure functions of closed groups; levels as in the pictures.
#pragma once

#include <array>
#include <vector>

#include "pipeline/stages/video/video_group.h"

namespace nightstack {

struct GroupNoise {
    std::array<double, 3> sigma{};  // of the mean on plain sky, on the grid of Y; never below what 8 bits hide
    std::array<double, 3> sky{};    // median
    std::array<double, 3> signal_variance{};  // of Y, see LiveStackOptions; 0 for the others
};

// From two groups that share one canvas, the frames of one taken in turn: their difference is noise alone, whatever the
// scene. With an empty second one (a single frame) from neighbouring pixels.
GroupNoise group_noise(const VideoGroup& first, const VideoGroup& second);

// Rounding to whole levels may hide all noise of a picture, and then its own error is there in all of them alike: the
// least noise that the mean of so many can be taken to have, in levels.
double hidden_noise(int pictures);

// Means on a coarse grid over an area of the canvas, per plane; NaN where there is none.
class GroupLevels {
public:
    GroupLevels() = default;
    GroupLevels(const VideoGroup& group, const Rect& area);
    // By how much a group is brighter, where both have pixels: the median, so that moving things do not count. 0 where
    // they share next to nothing.
    std::array<double, 3> above(const VideoGroup& group) const;

private:
    Rect area_;
    std::array<std::vector<float>, 3> levels_;
};

}  // namespace nightstack
