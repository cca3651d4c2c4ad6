// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/dialect.h"

#include "device/dwarf/protocol/json.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

constexpr std::string_view kStillWorks =
    "control over the JSON API V1 is not possible with it; files (FTP, SFTP, HTTP) and video streams still work";

class V1Dialect final : public Dialect {
public:
    std::string_view name() const override { return "V1 (JSON)"; }
    Frame encode(const Message& message) const override { return {false, dwarf::encode(message)}; }
    Message decode(const Frame& frame) const override {
        if (frame.binary) throw DeviceError(newer_firmware_text(recognise_packet(frame.bytes)));
        return dwarf::decode(frame.bytes);
    }
};

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
        const auto byte = static_cast<std::uint8_t>(bytes[0]);
        bytes.remove_prefix(1);
        if (shift == 63 && byte > 1) return std::nullopt;
        value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    return std::nullopt;
}

std::uint64_t* number_field(WsPacket& packet, std::uint64_t field) {
    switch (field) {
        case 1: return &packet.major;
        case 2: return &packet.minor;
        case 3: return &packet.device_id;
        case 4: return &packet.module;
        case 5: return &packet.command;
        case 6: return &packet.type;
        default: return nullptr;
    }
}

std::string* text_field(WsPacket& packet, std::uint64_t field) {
    if (field == 7) return &packet.data;
    return field == 8 ? &packet.client_id : nullptr;
}

// One field of the envelope; false for anything that does not belong to it.
bool take_field(std::string_view& bytes, WsPacket& packet) {
    const auto key = take_varint(bytes);
    if (!key) return false;
    const std::uint64_t field = *key >> 3;
    const auto value = take_varint(bytes);  // the number itself, or the length of a text
    if (!value) return false;
    if ((*key & 7) == 0) {
        std::uint64_t* number = number_field(packet, field);
        if (number == nullptr) return false;
        *number = *value;
        return true;
    }
    std::string* text = (*key & 7) == 2 ? text_field(packet, field) : nullptr;
    if (text == nullptr || *value > bytes.size()) return false;
    *text = bytes.substr(0, static_cast<std::size_t>(*value));
    bytes.remove_prefix(static_cast<std::size_t>(*value));
    return true;
}

void append_varint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out += static_cast<char>((value & 0x7F) | 0x80);
        value >>= 7;
    }
    out += static_cast<char>(value);
}

}  // namespace

const Dialect& v1_dialect() {
    static const V1Dialect dialect;
    return dialect;
}

std::optional<WsPacket> recognise_packet(std::string_view bytes) {
    if (bytes.empty() || bytes.size() > kMaxMessageBytes) return std::nullopt;
    WsPacket packet;
    while (!bytes.empty()) {
        if (!take_field(bytes, packet)) return std::nullopt;
    }
    if (packet.major != 1 || packet.type > 3) return std::nullopt;
    return packet;
}

std::string encode_packet(const WsPacket& packet) {
    std::string out;
    WsPacket copy = packet;
    for (std::uint64_t field = 1; field <= 8; ++field) {
        if (const std::uint64_t* number = number_field(copy, field); number != nullptr && *number != 0) {
            append_varint(out, field << 3);
            append_varint(out, *number);
        }
        if (const std::string* text = text_field(copy, field); text != nullptr && !text->empty()) {
            append_varint(out, field << 3 | 2);
            append_varint(out, text->size());
            out += *text;
        }
    }
    return out;
}

std::string newer_firmware_text(const std::optional<WsPacket>& packet) {
    std::string text = packet ? "this scope runs firmware 2.0 or newer (it speaks protobuf, version " +
                                    std::to_string(packet->major) + "." + std::to_string(packet->minor) + ")"
                              : "this scope answers in binary, as firmware 2.0 or newer does";
    return text + ": " + std::string(kStillWorks);
}

std::string silent_scope_text() {
    return "this scope does not answer the JSON API V1; it probably runs firmware 2.0 or newer: " +
           std::string(kStillWorks);
}

}  // namespace nightstack::device::dwarf
