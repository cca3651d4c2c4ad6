// SPDX-License-Identifier: MIT
// RAW captures: start 10011, stop 10015, preview source 10020, and the counts pushed while one runs
// (10014 taken, 10023 stacked). Nothing tells the end.
#pragma once

#include <string>
#include <vector>

#include "device/sim/twin/exposed.h"
#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

// A word about a frame that is due when its file stands on the card.
struct FrameCount {
    std::uint64_t exposure = 0;  // Exposed::number
    int code = 0;
    int taken = 0, total = 0;
    int stacked = 0;  // 0: the scope's stacker refused it, nothing to tell
    bool last = false;
};

struct Raw {
    TimerId running;
    std::string name;
    std::string target;
    double exposure_s = 0;
    int gain = 0;
    int binning = 1;
    int count = 0;
    int format = 0;  // 0 FITS, 1 TIFF
    int taken = 0;
    int stacked = 0;
    int source = 0;                     // of the preview: 0 stack, 1 single, 2 composite
    bool in_album = false;              // the vendor's album shows names of DWARF_RAW_ and digits only
    int sessions = 0;                   // in the twin's whole life
    int frames = 0;                     // in the twin's whole life
    Equatorial told;                    // by the client, 0/0 when not
    Exposed exposing;                   // the frame under way
    std::vector<FrameCount> uncounted;  // frames taken whose files are not whole yet, in order
    bool finishing = false;             // the last frame is taken, its file not whole

    bool active() const { return running || finishing; }
};

std::span<const Row> raw_rows();
void end_raw(Body& body, const char* why);
// The picture of that exposure stands on the card, or (not `whole`) never will. Only then its counts are pushed.
void frame_written(Body& body, std::uint64_t exposure, bool whole);
void tell_raw_over(Body& body);  // before its last frame: whoever draws the pictures waits for no more

}  // namespace nightstack::device::sim
