// SPDX-License-Identifier: MIT
// A sample as the live stack keeps it: one integer that holds the value in fixed point and the weight of its frame.
// Sums of integers do not depend on the order of frames, on threads or on the instruction level, and what was added
// can be subtracted again; that is what merging, retracting and going on after a crash stand on.
//
//   code = value * 16 + weight,   value = round(ADU / unit) in -(2^21 - 1) .. 2^21 - 1,   weight 1 .. 15
//
// so that codes order by value, and equal values by weight. A block of 64 frames stays exact: sum w x in 32 bits,
// sum w x^2 below 2^53, exact in a double.
#pragma once

#include <cstdint>
#include <limits>

namespace nightstack {

using LiveSample = std::int32_t;

inline constexpr int kLiveWeightBits = 4;
inline constexpr int kLiveWeightOne = 8;  // weight of the reference frame
inline constexpr int kMostLiveWeight = 15;
inline constexpr double kMostLiveValue = (1 << 21) - 1;
inline constexpr int kBlockFrames = 64;

// What stands in lists of lowest and highest samples where there is none.
inline constexpr LiveSample kNoLowest = std::numeric_limits<LiveSample>::max();
inline constexpr LiveSample kNoHighest = std::numeric_limits<LiveSample>::min();

// ADU of one unit of value for frames whose pixels reach `white_adu`: a power of two, so that scaling rounds nothing,
// and small enough that white is 2^19 to 2^20 units; a normalised frame may exceed white twice over. Asserts white > 0.
double live_unit(double white_adu);

// The weight of a frame whose sky has `noise` where the reference's has `reference_noise` (both normalised, both
// above 0): inverse variance in eighths, 1 to 15.
int live_weight(double noise, double reference_noise);

}  // namespace nightstack
