// SPDX-License-Identifier: MIT
// All of the twin in one place: what it is, what it is doing, what it will do. The parts' state are
// plain structs; the parts' functions work on this. Internal to this folder.
#pragma once

#include <string>

#include "device/sim/twin/astro.h"
#include "device/sim/twin/cameras.h"
#include "device/sim/twin/clock.h"
#include "device/sim/twin/darks.h"
#include "device/sim/twin/event_log.h"
#include "device/sim/twin/exposures.h"
#include "device/sim/twin/fault.h"
#include "device/sim/twin/focus.h"
#include "device/sim/twin/isp.h"
#include "device/sim/twin/motors.h"
#include "device/sim/twin/network.h"
#include "device/sim/twin/panorama.h"
#include "device/sim/twin/random.h"
#include "device/sim/twin/raw.h"
#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"
#include "device/sim/twin/shots.h"
#include "device/sim/twin/system.h"
#include "device/sim/twin/tracker.h"

namespace nightstack::device::sim {

struct Body {
    explicit Body(const TwinOptions& o) : options(o), random(o.seed), stream_random(o.seed) {}

    TwinOptions options;
    SimTime now{};
    int boots = 1;
    Random random;
    Random stream_random;
    Schedule schedule;
    EventLog log;
    Faults faults;
    Network network;

    Clock clock;
    Cameras cameras;
    Isp tele = standard_isp(0);
    Isp wide = standard_isp(1);
    Focus focus;
    Shots shots;
    Raw raw;
    Darks darks = standard_darks();
    Astro astro;
    Tracker tracker;
    Panorama panorama;
    Motors motors;
    System system;
    Exposures exposures;
};

}  // namespace nightstack::device::sim
