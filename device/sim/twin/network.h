// SPDX-License-Identifier: MIT
// The twin's end of its sockets: who is connected, what waits to be taken.
#pragma once

#include <optional>
#include <set>
#include <vector>

#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

struct Network {
    static constexpr std::size_t kMostClients = 32;
    static constexpr std::size_t kMostWaiting = 10'000;  // messages; what goes beyond is lost, as in a full socket

    Persona persona = Persona::v1;
    bool up = true;
    bool shut_down = false;
    std::optional<SimTime> silent_until;  // nothing leaves before
    bool deaf = false;                    // and nothing is carried out
    std::set<ClientId> clients;
    ClientId last_client = kEveryClient;
    std::vector<Outgoing> ready;
    std::uint64_t overflowed = 0;
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t lost_pushes = 0;
};

}  // namespace nightstack::device::sim
