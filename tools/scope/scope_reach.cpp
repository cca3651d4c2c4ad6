// SPDX-License-Identifier: MIT
#include "tools/scope/scope_reach.h"

namespace nightstack::tools {

using device::dwarf::Obstacle;
using device::dwarf::ScopeAddress;

std::string no_connection(Obstacle::Kind kind, const std::string& where) {
    switch (kind) {
        case Obstacle::Kind::refused:
            return "the connection to " + where +
                   " is refused: the host is there, but no scope listens at this port. Are --host and --ports right";
        case Obstacle::Kind::unreachable:
            return "no way to " + where + ": is this computer in the scope's network (Wi-Fi), and --host right";
        case Obstacle::Kind::no_such_name: return "no address for " + where + ": is the name after --host right";
        case Obstacle::Kind::none:
        case Obstacle::Kind::foreign:
        case Obstacle::Kind::other: break;
    }
    return "no connection to a scope at " + where + ": is it on, and this computer in its network";
}

ScopeAddress address_of(const ScopePlace& place) {
    ScopeAddress address;
    address.host = place.host;
    address.ws_port = place.ports.ws;
    address.http_port = place.ports.http;
    address.version_port = place.ports.version;
    return address;
}

}  // namespace nightstack::tools
