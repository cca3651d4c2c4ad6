// SPDX-License-Identifier: MIT
// What happens to the scope from outside: connections that close, a network that goes away, a
// reboot, a card pulled out. Told by faults, at a time, a frame or a request.
#pragma once

#include "device/sim/twin/fault.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

// Takes a fault in. An incident without frame or number happens at its time, or now.
void enter_fault(Body& body, Fault fault);

void happen_at_frame(Body& body, int frame);

// `asker`: the only one whom ws.close concerns then.
void happen(Body& body, const Fault& fault, ClientId asker = kEveryClient);

void power_off(Body& body);  // after 11004: for good

}  // namespace nightstack::device::sim
