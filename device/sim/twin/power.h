// SPDX-License-Identifier: MIT
// The battery and its charger. No fault: somebody plugs a cable in, or a test wants an empty battery.
#pragma once

#include <string_view>

#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

struct Body;

struct Battery {
    double percent = 87;  // at `since`
    SimTime since{};
    int charging = 0;  // 0 no, 1 slow, 2 quick
};

// Sinks by 8 per cent an hour, rises by 20 or 40 on a slow or quick charger (guesses).
double battery_level(const Battery& battery, SimTime now);
int battery_percent(const Battery& battery, SimTime now);

// Switches the scope off when the battery is empty; to be called when something about it has changed.
void watch_battery(Body& body);

// {"charging":0|1|2,"percent":N}, one or both. A change of `charging` is pushed (11011). Throws FormatError,
// OptionError.
void set_power(Body& body, std::string_view json);

}  // namespace nightstack::device::sim
