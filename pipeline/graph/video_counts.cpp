// SPDX-License-Identifier: MIT
#include "pipeline/graph/video_counts.h"

namespace nightstack {

std::string_view name(VideoFate fate) {
    switch (fate) {
        case VideoFate::stacked: return "stacked";
        case VideoFate::rejected: return "rejected";
        case VideoFate::dropped: return "dropped";
        case VideoFate::failed: return "failed";
    }
    return "?";
}

std::string_view name(VideoReason reason) {
    switch (reason) {
        case VideoReason::none: return "";
        case VideoReason::no_jpeg: return "no_jpeg";
        case VideoReason::damaged: return "damaged";
        case VideoReason::other_size: return "other_size";
        case VideoReason::reference: return "reference";
        case VideoReason::no_match: return "no_match";
        case VideoReason::no_room: return "no_room";
        case VideoReason::unsharp: return "unsharp";
    }
    return "?";
}

VideoFate fate_of(VideoReason reason) {
    switch (reason) {
        case VideoReason::none: return VideoFate::stacked;
        case VideoReason::no_jpeg: return VideoFate::failed;
        case VideoReason::unsharp: return VideoFate::dropped;
        default: return VideoFate::rejected;
    }
}

void VideoCounts::add(VideoReason reason) {
    ++in_;
    ++reasons[static_cast<std::size_t>(reason)];
    switch (fate_of(reason)) {
        case VideoFate::stacked: ++stacked; break;
        case VideoFate::rejected: ++rejected; break;
        case VideoFate::dropped: ++dropped; break;
        case VideoFate::failed: ++failed; break;
    }
}

}  // namespace nightstack
