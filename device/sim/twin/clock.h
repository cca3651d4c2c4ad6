// SPDX-License-Identifier: MIT
// The scope's own clock and zone. It forgets the time when switched off, so that every session
// begins with /date.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

struct Body;
using Utc = std::chrono::system_clock::time_point;

struct Clock {
    bool set = false;
    std::chrono::milliseconds error{};  // the scope's time minus the sky's
    std::string zone;                   // IANA name, "" never told
};

Utc sky_utc(const Body& body);               // the truth
Utc scope_utc(const Body& body);             // what the scope believes
std::string compact_time(const Body& body);  // the scope's time as 20230901210500
void forget_time(Body& body);                // as after switching on

// "2023-09-01 21:05:00", years 1970 to 2099; nothing else is taken.
std::optional<Utc> parse_date(std::string_view text);

}  // namespace nightstack::device::sim
