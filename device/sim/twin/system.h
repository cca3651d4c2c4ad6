// SPDX-License-Identifier: MIT
// Card, battery, lights, power (interfaces 11000 to 11011 and 11400 to 11410).
#pragma once

#include <array>

#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct Card {
    bool present = true;
    bool mtp = false;  // handed to a computer over USB: the scope does not see it
    double size_gb = 59.5;
    double available_gb = 51.3;
};
bool card_usable(const Card& card);

struct Rgb {
    bool on = false;
    std::array<int, 9> values{};  // mode hue saturation value background delayTime breatheDelay cycleNum cycleFlag
};
std::span<const char* const> rgb_fields();

struct System {
    Card card;
    int battery_start_percent = 87;
    int charging = 0;  // 0 no, 1 slow, 2 quick
    int indicator = 1;
    int cpu_mode = 0;
    Rgb rgb;
};

// Sinks by 8 per cent an hour.
int battery_percent(const System& system, SimTime now);

std::span<const Row> system_rows();

}  // namespace nightstack::device::sim
