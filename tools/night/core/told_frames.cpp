// SPDX-License-Identifier: MIT
#include "tools/night/core/told_frames.h"

#include <algorithm>
#include <system_error>

namespace nightstack::tools {

std::vector<FrameRecord> told_frames(const std::vector<NightRecord>& records) {
    std::vector<FrameRecord> frames;
    for (const NightRecord& record : records) {
        if (const auto* rules = std::get_if<RulesRecord>(&record); rules != nullptr && rules->anew) {
            for (FrameRecord& frame : frames) frame.group.reset();
        }
        if (const auto* given = std::get_if<GroupRecord>(&record)) {
            const auto mine = std::ranges::find_if(
                frames, [&](const FrameRecord& f) { return f.name == given->name && f.sha256 == given->sha256; });
            if (mine != frames.end()) mine->group = given->group;
        }
        if (const auto* frame = std::get_if<FrameRecord>(&record)) {
            frames.push_back(*frame);
            frames.back().seq = frames.size();  // where records are lost, their frames come again
        }
    }
    return frames;
}

std::filesystem::path place_of(const FrameRecord& frame, const std::filesystem::path& frames) {
    std::error_code error;
    const std::filesystem::path below = frames / frame.name;
    return !frames.empty() && std::filesystem::exists(below, error) ? below : std::filesystem::path(frame.path);
}

// A frame that came again has the number that was free when it did, at most that of the last.
std::uint64_t lost_frames(const std::vector<NightRecord>& records) {
    std::uint64_t lost = 0, last = 0;
    for (const NightRecord& record : records) {
        const auto* frame = std::get_if<FrameRecord>(&record);
        if (frame == nullptr || frame->seq <= last) continue;
        lost += frame->seq - last - 1;
        last = frame->seq;
    }
    return lost;
}

std::string lost_frames_text(std::uint64_t lost) {
    if (lost == 0) return "";
    const bool one = lost == 1;
    return "the journal has lost " + std::to_string(lost) + (one ? " frame" : " frames") +
           " from among the others: " + (one ? "it is" : "they are") +
           " taken again behind them, not in its place, so that the picture may differ in its last bits from that of a "
           "night that nobody touched";
}

}  // namespace nightstack::tools
