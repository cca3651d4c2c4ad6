// SPDX-License-Identifier: MIT
// What has calibrated a night, as words: what its journal tells of it, with no file looked at. Pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "tools/night/core/night_records.h"
#include "tools/session/masters.h"
#include "tools/session/recorded_stack.h"

namespace nightstack::tools {

// A group of lights, and the files that its masters were made of.
struct ToldGroup {
    MastersRecord masters;
    std::vector<RecordedInput> inputs;
};

// By their numbers; without those of rules that hold no more.
std::map<std::uint64_t, ToldGroup> told_groups(const std::vector<NightRecord>& records);

// Those of one group without their pixels: all that a report asks of them is there.
SessionMasters told_masters(const ToldGroup& group);

// What was said when the masters of the one group were made is what is told of them at the end: a night has one report,
// however often it was broken off.
void take_words(SessionMasters& masters, const MastersRecord& record);

// Adds the one group of `one` to those of a night, without its lights.
void join_masters(SessionMasters& all, const SessionMasters& one);

}  // namespace nightstack::tools
