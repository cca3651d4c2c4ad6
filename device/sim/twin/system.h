// SPDX-License-Identifier: MIT
// Card, battery, lights, power (interfaces 11000 to 11011 and 11400 to 11410).
#pragma once

#include <array>

#include "device/sim/twin/power.h"
#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct Card {
    bool present = true;
    bool mtp = false;  // handed to a computer over USB: the scope does not see it
    double size_gb = 59.5;
    double available_gb = 51.3;  // beside the files that are there
    bool full = false;           // something else has taken that
    // Of incidents that overlap the one that lasts longest counts.
    SimTime away_until{};
    SimTime full_until{};
};
bool card_usable(const Card& card);
double room_gb(const Card& card);

struct Rgb {
    bool on = false;
    std::array<int, 9> values{};  // mode hue saturation value background delayTime breatheDelay cycleNum cycleFlag
};
std::span<const char* const> rgb_fields();

struct System {
    Card card;
    Battery battery;
    TimerId battery_end;  // when it is empty
    int indicator = 1;
    int cpu_mode = 0;
    Rgb rgb;
};

std::span<const Row> system_rows();

}  // namespace nightstack::device::sim
