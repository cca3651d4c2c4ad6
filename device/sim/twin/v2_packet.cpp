// SPDX-License-Identifier: MIT
#include "device/sim/twin/v2_packet.h"

namespace nightstack::device::sim {
namespace {

void put_varint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out += static_cast<char>((value & 0x7F) | 0x80);
        value >>= 7;
    }
    out += static_cast<char>(value);
}

void put_number(std::string& out, unsigned field, std::uint64_t value) {
    if (value == 0) return;
    put_varint(out, field << 3);
    put_varint(out, value);
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
    if (bytes.empty()) return;
    put_varint(out, field << 3 | 2);
    put_varint(out, bytes.size());
    out += bytes;
}

std::optional<std::uint64_t> take_varint(std::string_view& rest) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest.empty(); shift += 7) {
        const auto byte = static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    return {};
}

// One field; false at anything that is none of the two kinds a WsPacket has.
bool take_field(std::string_view& rest, V2Packet& packet) {
    const auto tag = take_varint(rest);
    if (!tag) return false;
    const auto value = take_varint(rest);
    if (!value) return false;
    switch (*tag) {
        case 4 << 3: packet.module = *value; return true;
        case 5 << 3: packet.command = *value; return true;
        case 6 << 3: packet.type = *value; return true;
        default: break;
    }
    if ((*tag & 7) == 0) return true;
    if ((*tag & 7) != 2 || *value > rest.size()) return false;
    const std::string_view bytes = rest.substr(0, *value);
    rest.remove_prefix(*value);
    if (*tag == (7 << 3 | 2)) packet.data = bytes;
    if (*tag == (8 << 3 | 2)) packet.client = bytes;
    return true;
}

}  // namespace

std::string write_v2(const V2Packet& packet) {
    std::string out;
    put_number(out, 1, 1);
    put_number(out, 2, 2);
    put_number(out, 3, 1);
    put_number(out, 4, packet.module);
    put_number(out, 5, packet.command);
    put_number(out, 6, packet.type);
    put_bytes(out, 7, packet.data);
    put_bytes(out, 8, packet.client);
    return out;
}

std::optional<V2Packet> read_v2(std::string_view bytes) {
    if (bytes.empty() || bytes.size() > 64 * 1024) return {};
    V2Packet packet;
    while (!bytes.empty()) {
        if (!take_field(bytes, packet)) return {};
    }
    return packet;
}

}  // namespace nightstack::device::sim
