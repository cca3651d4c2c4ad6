// SPDX-License-Identifier: MIT
#include "tools/night/core/told_frames.h"

#include <algorithm>

namespace nightstack::tools {

std::vector<FrameRecord> told_frames(const std::vector<NightRecord>& records) {
    std::vector<FrameRecord> frames;
    for (const NightRecord& record : records) {
        if (const auto* rules = std::get_if<RulesRecord>(&record); rules != nullptr && rules->anew) {
            for (FrameRecord& frame : frames) frame.group.reset();
        }
        if (const auto* given = std::get_if<GroupRecord>(&record)) {
            const auto mine = std::ranges::find(frames, given->sha256, &FrameRecord::sha256);
            if (mine != frames.end()) mine->group = given->group;
        }
        if (const auto* frame = std::get_if<FrameRecord>(&record)) {
            frames.push_back(*frame);
            frames.back().seq = frames.size();  // where records are lost, their frames come again
        }
    }
    return frames;
}

}  // namespace nightstack::tools
