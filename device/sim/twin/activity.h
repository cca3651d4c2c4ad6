// SPDX-License-Identifier: MIT
// What keeps the scope busy, and the code it says no with. Which of the documented codes a real
// scope gives in which state is partly a guess: docs/unknowns.md.
#pragma once

#include <string_view>

#include "device/sim/twin/body.h"

namespace nightstack::device::sim {

enum class Activity {
    none,
    photo,
    video,
    time_lapse,
    panorama,
    raw,
    darks,
    calibrating,
    seeking,  // a goto on its way
    astro_stopping,
    focusing,
    astro_focusing,
};

Activity activity(const Body& body);
std::string_view activity_name(Activity what);

// The code for "not now", 0 when nothing is going on.
int busy_code(Activity what);

// What stands in the way of something that needs the tele camera to itself: closed, closing, busy; 0 nothing.
int tele_blocked(const Body& body);

// The same for what writes to the card, with the card's own no. `camera` 1: the wide one, which like the tele
// camera waits for whatever goes on (a guess).
int capture_blocked(const Body& body, int camera = 0);

}  // namespace nightstack::device::sim
