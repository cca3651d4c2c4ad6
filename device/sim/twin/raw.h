// SPDX-License-Identifier: MIT
// RAW captures: start 10011, stop 10015, preview source 10020, and the counts pushed while one runs
// (10014 taken, 10023 stacked). Nothing tells the end.
#pragma once

#include <string>

#include "device/sim/twin/exposed.h"
#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

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
    int source = 0;         // of the preview: 0 stack, 1 single, 2 composite
    bool in_album = false;  // the vendor's album shows names of DWARF_RAW_ and digits only
    int sessions = 0;       // in the twin's whole life
    int frames = 0;         // in the twin's whole life
    RaDec told;             // by the client, 0/0 when not
    Exposed exposing;       // the frame under way
};

std::span<const Row> raw_rows();
void end_raw(Body& body, const char* why);
void tell_raw_over(Body& body);  // before its last frame: whoever draws the pictures waits for no more

}  // namespace nightstack::device::sim
