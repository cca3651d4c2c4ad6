// SPDX-License-Identifier: MIT
// What the cameras take, told to whoever draws it (exposed.h). Nothing is kept unless the options ask for it, and
// then a bounded number. Internal to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "device/sim/twin/exposed.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct Body;

struct Exposures {
    static constexpr std::size_t kMostWaiting = 1000;  // nobody looked for a long time: what comes then is lost

    std::vector<Exposed> waiting;
    std::uint64_t told = 0;
    std::uint64_t lost = 0;
    std::uint64_t numbers = 0;  // of exposures begun, in the twin's whole life

    // What mount.drift has done since the last goto: from the first exposure it strikes it goes on until the first one
    // that it does not, and stays.
    struct Creep {
        double px = 0;  // at `since`
        double px_s = 0;
        SimTime since{};
    } creep;
};

// One that begins now: sky, aim, camera and weather, the preview's exposure and gain; what only its kind knows is
// the caller's. `frame`: its number in a RAW capture, from 1, by which faults may be bound.
Exposed begin_exposure(Body& body, Exposed::Kind kind, int camera, std::optional<int> frame = {});

// What a camera's stream would show now (Exposed::Kind::sample). Changes nothing: who looks at a stream must not change
// what else happens.
Exposed live_exposure(const Body& body, int camera);

// It is taken, and goes to the card. False when nobody is there to draw it, or looks.
bool tell_exposed(Body& body, Exposed exposed);

// Of the sensor: the night cools it, the electronics warm it (a guess).
double sensor_c(const Body& body);

}  // namespace nightstack::device::sim
