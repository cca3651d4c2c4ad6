// SPDX-License-Identifier: MIT
// What becomes of the pictures of a film. Plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/transform.h"

namespace nightstack {

// Why a picture is not in the stack, in the order in which a picture is looked at.
enum class VideoReason {
    none,
    no_jpeg,     // failed: no pixels come out of it
    damaged,     // rejected: pixels that are partly made up; good for a preview at most
    other_size,  // rejected: not that of the reference, or other chrominance
    reference,   // rejected: nothing in it that others could be laid on, and none before had
    no_match,    // rejected: does not lie on the reference, or was a reference that none after it lay on
    no_room,     // rejected: it, or its group, would need more memory, or its frames cannot be counted
    unsharp,     // dropped: others of its group are sharper
};
inline constexpr std::size_t kVideoReasons = 8;

enum class VideoFate { stacked, rejected, dropped, failed };

std::string_view name(VideoFate fate);
std::string_view name(VideoReason reason);  // one word, "" for none
VideoFate fate_of(VideoReason reason);

// A picture is counted when its fate is known; those of the open group wait.
struct VideoCounts {
    std::size_t stacked = 0, rejected = 0, dropped = 0, failed = 0;
    std::array<std::size_t, kVideoReasons> reasons{};
    std::size_t in() const { return in_; }
    bool hold() const { return in_ == stacked + rejected + dropped + failed; }
    void add(VideoReason reason);

private:
    std::size_t in_ = 0;
};

// One picture, as told when its fate is known.
struct VideoVerdict {
    std::size_t frame = 0;  // position in the film, from 0
    VideoReason reason = VideoReason::none;
    std::string text;  // one sentence; "" when stacked
    std::optional<Transform> ref_from_frame;
    double residual_px = 0;
    std::size_t stars = 0;
};

// A group, when it is in the stack or refused.
struct VideoGroupReport {
    std::size_t first = 0, last = 0;  // positions in the film of its first and last usable picture
    std::size_t stacked = 0, dropped = 0;
    bool in_stack = false;
    double weight = 0;                        // 1: as the first group
    std::array<double, 3> offset{};           // levels by which it was brighter than the first, taken off
    double residual_px = 0;                   // rms over its pictures
    std::optional<Transform> ref_from_frame;  // of its first picture
};

}  // namespace nightstack
