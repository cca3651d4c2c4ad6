// SPDX-License-Identifier: MIT
// Between the bytes of a WebSocket frame and messages. One dialect is spoken, V1 (JSON text, firmware
// up to autumn 2023); firmware 2.0 and newer speaks protobuf on the same port under numbers that mean
// other things, which is recognised and said in words, and could join here later. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "device/dwarf/protocol/message.h"

namespace nightstack::device::dwarf {

struct Frame {
    bool binary = false;
    std::string bytes{};
};

class Dialect {
public:
    virtual ~Dialect() = default;
    virtual std::string_view name() const = 0;
    virtual Frame encode(const Message& message) const = 0;
    // Throws FormatError for a damaged frame of this dialect, DeviceError in words for another dialect's.
    virtual Message decode(const Frame& frame) const = 0;
};

const Dialect& v1_dialect();  // lives as long as the program

// The envelope of firmware 2.x, as two public descriptions give it.
struct WsPacket {
    std::uint64_t major = 0;      // field 1: 1
    std::uint64_t minor = 0;      // field 2: 2 to 8
    std::uint64_t device_id = 0;  // field 3: 1 is a DWARF II
    std::uint64_t module = 0;     // field 4
    std::uint64_t command = 0;    // field 5
    std::uint64_t type = 0;       // field 6: 0 request, 1 response, 2 notification
    std::string data{};           // field 7
    std::string client_id{};      // field 8
    bool operator==(const WsPacket&) const = default;
};

// Nothing when the bytes are no such envelope: a broken field, one that does not belong, no version
// 1, more than 64 KiB. Never reads beyond the bytes, costs at most their length.
std::optional<WsPacket> recognise_packet(std::string_view bytes);
std::string encode_packet(
    const WsPacket& packet);  // the reverse, zeros left out; the twin writes its packets by itself

// "this scope runs firmware 2.0 or newer ... files and streams still work", with the envelope's figures when known.
std::string newer_firmware_text(const std::optional<WsPacket>& packet);
// For a scope that lets the two probes (10215, 11410) go without an answer.
std::string silent_scope_text();

}  // namespace nightstack::device::dwarf
