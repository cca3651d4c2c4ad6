// SPDX-License-Identifier: MIT
#include "pipeline/stages/live/block_rows.h"

#include <algorithm>
#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/live/block_rows.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/live/add_block-inl.h"
#include "pipeline/stages/live/clip_block-inl.h"
#include "pipeline/stages/live/closed_rows-inl.h"

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(code_run);
HWY_EXPORT(enter_pending);
HWY_EXPORT(clip_run);
HWY_EXPORT(add_clipped_run);
HWY_EXPORT(show_run);

void clear_block(const OpenBlock& block, int pixels, int depth) {
    for (int j = 0; j < depth; ++j) {
        std::fill_n(block.lowest + j * block.list_step, pixels, kNoLowest);
        std::fill_n(block.highest + j * block.list_step, pixels, kNoHighest);
    }
    std::fill_n(block.sum, pixels, 0);
    std::fill_n(block.squares, pixels, 0.0);
    std::fill_n(block.weight, pixels, std::uint16_t{0});
    std::fill_n(block.count, pixels, std::uint8_t{0});
}

void code_samples(const float* samples, int pixels, float units_per_adu, int weight, LiveSample* codes) {
    assert(pixels % kBlockRun == 0 && weight >= 1 && weight <= kMostLiveWeight);
    HWY_DYNAMIC_DISPATCH(code_run)
    (samples, pixels, units_per_adu, weight, reinterpret_cast<float*>(codes));
}

void add_to_block(const OpenBlock& block, int pixels, int depth, const PendingFrames& frames) {
    assert(pixels % kBlockRun == 0 && frames.count >= 0 && frames.count <= kPendingFrames);
    if (frames.count > 0) HWY_DYNAMIC_DISPATCH(enter_pending)(block, pixels, depth, frames);
}

void clip_block(const OpenBlock& block, int pixels, const ClipRule& rule, const ClippedRun& out) {
    assert(pixels % kBlockRun == 0 && rule.variance > 0);
    HWY_DYNAMIC_DISPATCH(clip_run)(block, pixels, rule, out);
}

void add_clipped(const ClosedRun& to, int pixels, const ClippedRun& run) {
    assert(pixels % kBlockRun == 0);
    HWY_DYNAMIC_DISPATCH(add_clipped_run)(to, pixels, run);
}

void show(const ClosedRun& closed, int pixels, const ClippedRun& run, double known_variance, double unit_adu,
          const ShownRun& out) {
    assert(pixels % kBlockRun == 0);
    HWY_DYNAMIC_DISPATCH(show_run)(closed, pixels, run, known_variance, unit_adu, out);
}

}  // namespace nightstack
#endif
