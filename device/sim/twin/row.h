// SPDX-License-Identifier: MIT
// How a part of the twin says which requests it handles.
#pragma once

#include <span>

#include "device/dwarf/protocol/message.h"
#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

struct Body;

struct Call {
    const dwarf::Message& request;  // hostile: every value is checked before use
    ClientId from = kEveryClient;
};

struct Row {
    int interface = 0;
    void (*handle)(Body&, const Call&) = nullptr;
};

}  // namespace nightstack::device::sim
