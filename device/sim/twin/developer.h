// SPDX-License-Identifier: MIT
// Whoever makes pictures of what the twin's cameras have taken, and keeps the card.
#pragma once

#include "device/sim/twin/exposed.h"

namespace nightstack::device::sim {

class Developer {
public:
    virtual ~Developer() = default;
    // One exposure after the other, on one thread. `more_waiting`: what only pleases the eye may be left for later.
    virtual void develop(const Exposed& exposed, bool more_waiting) = 0;
    // The rest from any thread.
    virtual void show_card(bool visible) = 0;  // pulled out, handed to a computer, or back
    virtual void hurry() = 0;                  // no more pauses: the end is near
    virtual int frames() const = 0;            // RAW frames whole on the card, since it was made
};

}  // namespace nightstack::device::sim
