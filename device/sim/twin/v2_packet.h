// SPDX-License-Identifier: MIT
// As much of firmware 2.x's protobuf frames (WsPacket) as it takes to be recognised: its persona
// speaks nothing else. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nightstack::device::sim {

struct V2Packet {
    std::uint64_t module = 0;
    std::uint64_t command = 0;
    std::uint64_t type = 0;  // 0 request, 1 response, 2 notify
    std::string data;
    std::string client;
};

std::string write_v2(const V2Packet& packet);             // as version 1.2 of a DWARF II
std::optional<V2Packet> read_v2(std::string_view bytes);  // nothing when it is no WsPacket

}  // namespace nightstack::device::sim
