// SPDX-License-Identifier: MIT
// Stars that are known are looked for where they should be, in the bytes of a video picture: what detecting and
// matching cost milliseconds for costs a microsecond per star. It finds what is there or nothing; whether the places
// fit together is for the caller to prove.
//
// Pure functions, safe in any thread, the same bits on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"

namespace nightstack {

inline constexpr int kFollowReachPx = 8;  // how far from where it should be a star is found

struct FollowedStar {
    std::size_t star = 0;  // position in the list
    Point at;              // pixels of the picture
    double signal = 0;     // peak of 3 x 3 pixels over their noise
};

// Those of a picture's stars that can be followed: the brightest, none with another as bright nearby, at most `most`.
StarList stars_to_follow(const StarList& stars, std::size_t most);

// Replaces `out`; returns how many stars should be within the picture, far enough from its edges.
std::size_t follow_stars(std::vector<FollowedStar>& out, ImageView<const std::uint8_t> picture, const StarList& stars,
                         const Transform& picture_from_stars);

}  // namespace nightstack
