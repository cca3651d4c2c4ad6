// SPDX-License-Identifier: MIT
// Lights that share their masters: those of one session, camera, exposure, gain, binning and filter. Without --mix and
// --combine-sessions there is one group.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "io/session/calibration_match.h"
#include "io/session/session_scan.h"
#include "tools/session/session_lights.h"

namespace nightstack::tools {

struct LightGroup {
    std::size_t part = 0;             // of the session: io::parts_of(session)[part]
    std::string session;              // name of that part, where several were joined; else ""
    io::LightKey key;                 // what its masters must agree with
    std::vector<std::size_t> lights;  // positions in SessionLights::frames, ascending
};

// Whose temperature ranks the masters of a group: the mean of its lights, or that of its first which tells one, where
// the others have not come yet (live, and --method stream, which is to give the same).
enum class TemperatureOf { all, first };

// Every light that is not settled is in exactly one group; groups in the order of their first light. A light that does
// not say a field takes the value of the others where all of these agree.
std::vector<LightGroup> group_lights(const SessionLights& lights, const io::Session& session,
                                     TemperatureOf whose = TemperatureOf::all);

// What a light does not say of these fields, taken from the others of its session.
FrameInfo filled(FrameInfo info, const FrameInfo& common);

// Agree in all that makes a group but the session.
bool same_kind(const io::LightKey& a, const io::LightKey& b);

// "15 s, gain 80, bin 2, Astro": what is known of it.
std::string describe(const io::LightKey& key);

}  // namespace nightstack::tools
