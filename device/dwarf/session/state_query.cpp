// SPDX-License-Identifier: MIT
#include "device/dwarf/session/state_query.h"

#include "device/dwarf/protocol/dialect.h"

namespace nightstack::device::dwarf {

TicketPtr state_query(int interface, Moment deadline) {
    auto ticket = std::make_shared<Ticket>();
    ticket->request = Message(interface);
    // The system's own queries carry no camera.
    if (interface < 11000) ticket->request.set("camId", 0);
    ticket->bytes = v1_dialect().encode(ticket->request).bytes;
    ticket->deadline = deadline;
    ticket->state_query = true;
    return ticket;
}

}  // namespace nightstack::device::dwarf
