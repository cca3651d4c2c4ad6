// SPDX-License-Identifier: MIT
// The twin's end of its sockets: who is connected, what waits to be taken.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

struct Network {
    static constexpr std::size_t kMostClients = 32;
    static constexpr std::size_t kMostWaiting = 10'000;  // messages; what goes beyond is lost, as in a full socket
    static constexpr std::size_t kMostWaitingBytes = 8 * 1024 * 1024;

    Persona persona = Persona::v1;
    bool up = true;
    bool shut_down = false;
    // Of incidents that overlap the one that lasts longest counts.
    SimTime down_until{};    // not up before
    SimTime silent_until{};  // nothing leaves before
    SimTime deaf_until{};    // and nothing is carried out
    SimTime mute_until{};    // and no ping is answered
    std::set<ClientId> clients;
    ClientId last_client = kEveryClient;
    std::vector<Outgoing> ready;
    std::size_t ready_bytes = 0;
    std::size_t scheduled_bytes = 0;  // of messages that are not due yet
    std::size_t waiting_bytes() const { return ready_bytes + scheduled_bytes; }
    std::map<int, SimTime> last_due;  // of what goes to every client, by number
    std::uint64_t overflowed = 0;
    std::uint64_t received = 0;
    std::uint64_t sent = 0;
    std::uint64_t lost_pushes = 0;
};

}  // namespace nightstack::device::sim
