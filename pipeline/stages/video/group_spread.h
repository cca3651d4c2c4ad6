// SPDX-License-Identifier: MIT
// What the noise of a film's groups must be taken for so that the live stack rejects no more of them than of normal
// noise. JPEG makes of the noise of a picture something else: most pixels stay exactly as they are, in U and V above
// all, and now and then one jumps by a step of its quantisation. A median of differences is zero then, a deviation
// small, and every jump an outlier. So the rule itself is asked (stages/live/clip.h): the first block of groups is
// looked at in some thousand pixels, and the noise is the least with which that rule leaves out as few as of normal
// noise. Two of three groups must fit: what crosses a few of them changes nothing.
//
// Thread rule: one thread. The same bits on every machine and at every instruction level.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/live/live_stack.h"
#include "pipeline/stages/live/live_tile.h"
#include "pipeline/stages/video/video_group.h"

namespace nightstack {

class GroupSpread {
public:
    static constexpr int kMostGroups = kBlockFrames;
    static constexpr int kMostPlaces = 4096;

    // Looks at pixels of `area` (canvas pixels), not empty. `options` are those of the stack, noise as known so far.
    GroupSpread(const Rect& area, const LiveStackOptions& options);
    static std::size_t bytes(const LiveStackOptions& options);

    // A closed group as it enters the stack. At most kMostGroups.
    void add(const VideoGroup& group, const std::array<double, 3>& offset, int weight);
    int groups() const { return groups_; }

    // Per plane, for the options of the stack: of a group of weight one, which has so many pictures. As known so far
    // where too few pixels are in three groups; of fewer nothing is rejected.
    std::array<double, 3> noise(int pictures) const;

private:
    struct Shown;
    const float* samples(int plane, std::size_t place) const;
    double scatter(int plane, bool robust) const;
    double rejected(int plane, double sigma, Shown& shown) const;
    double plane_noise(int plane, int pictures, Shown& shown) const;
    LiveStackOptions options_;
    std::array<double, kBlockFrames + 1> first_factor_;
    std::vector<Rect> places_;  // a pixel each
    int groups_ = 0;
    std::vector<float> samples_;  // of each plane, place and group; NaN without
    std::vector<float> weights_;  // of each group, of weight one
    LiveTile tile_;               // a pixel for each place
};

}  // namespace nightstack
