// SPDX-License-Identifier: MIT
// The kernels of the live stack, at the CPU level in force: a frame's samples become codes, the codes of some frames
// enter the open block together, the open block is clipped, and what the clip took joins the closed blocks or a
// picture. All work on a run of pixels of one plane; the memory is the caller's.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pipeline/stages/live/clip.h"

namespace nightstack {

inline constexpr int kBlockRun = 16;  // runs are whole multiples of so many pixels, memory is aligned to 64 bytes

// The open block of a run of pixels. List j of `lowest` begins at lowest + j * list_step, the lowest of all first;
// likewise `highest`, the highest of all first.
struct OpenBlock {
    LiveSample* lowest = nullptr;
    LiveSample* highest = nullptr;
    std::ptrdiff_t list_step = 0;
    std::int32_t* sum = nullptr;      // of w x
    double* squares = nullptr;        // of w x^2, whole numbers
    std::uint16_t* weight = nullptr;  // sum of w
    std::uint8_t* count = nullptr;
};

// No samples at all.
void clear_block(const OpenBlock& block, int pixels, int depth);

// `samples` in ADU, NaN or infinite = the frame does not cover the pixel; values beyond the range of live_sample.h
// stand at its ends. units_per_adu is a power of two. Where there is no sample the code is kNoLowest. `codes` is
// aligned to 64 bytes and may be the memory of the samples.
void code_samples(const float* samples, int pixels, float units_per_adu, int weight, LiveSample* codes);

inline constexpr int kPendingFrames = 8;  // enter together at most: as many as sort within the registers of a CPU

// Codes of frames that are not in the open block yet; those of frame j begin at codes + j * step.
struct PendingFrames {
    const LiveSample* codes = nullptr;
    std::ptrdiff_t step = 0;
    int count = 0;
};

// The block becomes what it would be if they had entered one by one, in whatever order.
void add_to_block(const OpenBlock& block, int pixels, int depth, const PendingFrames& frames);

// What takes part of a run, whole numbers: counts, sums of w, w x, w x^2; how many are out at either end; 1 where the
// pixel is flagged.
struct ClippedRun {
    double* count = nullptr;
    double* weight = nullptr;
    double* sum = nullptr;
    double* squares = nullptr;
    double* low = nullptr;
    double* high = nullptr;
    double* flagged = nullptr;
};

void clip_block(const OpenBlock& block, int pixels, const ClipRule& rule, const ClippedRun& out);

// Sums over the closed blocks of a run; see ClosedSums in live_tile.h.
struct ClosedRun {
    std::int64_t* sum = nullptr;
    std::int64_t* squares = nullptr;
    std::uint32_t* weight = nullptr;
    std::uint16_t* count = nullptr;
    std::uint16_t* low = nullptr;
    std::uint16_t* high = nullptr;
    std::uint16_t* flagged = nullptr;
};

void add_clipped(const ClosedRun& to, int pixels, const ClippedRun& run);

// A run of the picture that closed blocks and a clipped one make together; `flagged` is 0 or 1.
struct ShownRun {
    float* value = nullptr;
    float* variance = nullptr;
    std::uint16_t* coverage = nullptr;
    std::uint16_t* low = nullptr;
    std::uint16_t* high = nullptr;
    std::uint16_t* flagged = nullptr;
};

// `known_variance` is that of the rule; `unit_adu` that of live_sample.h.
void show(const ClosedRun& closed, int pixels, const ClippedRun& run, double known_variance, double unit_adu,
          const ShownRun& out);

}  // namespace nightstack
