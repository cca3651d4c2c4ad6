// SPDX-License-Identifier: MIT
#include <algorithm>

#include "device/dwarf/protocol/bluetooth.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

constexpr std::size_t kHead = 9;
constexpr std::size_t kFoot = 3;

std::uint16_t word_at(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

void append_word(Bytes& bytes, std::size_t value) {
    bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    bytes.push_back(static_cast<std::uint8_t>(value & 0xFF));
}

void check_head(std::span<const std::uint8_t> bytes) {
    static constexpr std::uint8_t kFixed[] = {0x00, 0x01, 0x00, 0x00};
    if (bytes[0] != 0xAA || bytes[1] != 0x01 || !std::equal(std::begin(kFixed), std::end(kFixed), bytes.begin() + 3))
        throw FormatError("Bluetooth frame: does not begin with AA 01 .. 00 01 00 00");
}

}  // namespace

std::uint16_t crc16_modbus(std::span<const std::uint8_t> bytes) {
    unsigned crc = 0xFFFF;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc & 1U) != 0 ? crc >> 1 ^ 0xA001U : crc >> 1;
    }
    return static_cast<std::uint16_t>(crc);
}

Bytes encode_ble_v2(const BleFrame& frame) {
    if (frame.payload.size() > kMaxBlePayload)
        throw OptionError("Bluetooth frame: " + std::to_string(frame.payload.size()) + " bytes, at most " +
                          std::to_string(kMaxBlePayload) + " expected");
    Bytes bytes{0xAA, 0x01, frame.command, 0x00, 0x01, 0x00, 0x00};
    append_word(bytes, frame.payload.size());
    bytes.insert(bytes.end(), frame.payload.begin(), frame.payload.end());
    append_word(bytes, crc16_modbus(bytes));
    bytes.push_back(kBleTail);
    return bytes;
}

BleFrame decode_ble_v2(std::span<const std::uint8_t> bytes) {
    if (bytes.size() < kHead + kFoot || bytes.size() > kHead + kMaxBlePayload + kFoot)
        throw FormatError("Bluetooth frame: " + std::to_string(bytes.size()) + " bytes, 12 to " +
                          std::to_string(kHead + kMaxBlePayload + kFoot) + " expected");
    check_head(bytes);
    const std::size_t length = word_at(bytes, 7);
    if (length != bytes.size() - kHead - kFoot)
        throw FormatError("Bluetooth frame: says " + std::to_string(length) + " bytes of payload, has " +
                          std::to_string(bytes.size() - kHead - kFoot));
    if (bytes.back() != kBleTail) throw FormatError("Bluetooth frame: does not end with 0D");
    const auto summed = bytes.first(kHead + length);
    if (crc16_modbus(summed) != word_at(bytes, kHead + length))
        throw FormatError("Bluetooth frame: checksum does not fit");
    const auto payload = bytes.subspan(kHead, length);
    return {bytes[2], Bytes(payload.begin(), payload.end())};
}

}  // namespace nightstack::device::dwarf
