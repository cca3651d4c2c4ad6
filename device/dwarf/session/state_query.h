// SPDX-License-Identifier: MIT
// The session's own question about the state: leaves before commands may. Pure function.
#pragma once

#include "device/dwarf/session/desk.h"

namespace nightstack::device::dwarf {

TicketPtr state_query(int interface, Moment deadline);  // `done` is the caller's to set

}  // namespace nightstack::device::dwarf
