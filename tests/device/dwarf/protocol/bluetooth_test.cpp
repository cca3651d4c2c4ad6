// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/bluetooth.h"

#include <gtest/gtest.h>

#include <random>

#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

std::vector<BleRequest> requests() {
    return {
        {.command = BleCommand::station, .ssid = "home", .router_password = "secret"},
        {.command = BleCommand::access_point, .country = "DE"},
        {.command = BleCommand::config},
        {.command = BleCommand::change, .mode = BleMode::wifi_name, .value = "DWARF_NEW"},
        {.command = BleCommand::reset},
    };
}

TEST(DwarfBluetooth, PacketsHaveTheirPlaces) {
    const Bytes config = encode_ble({.command = BleCommand::config});
    ASSERT_EQ(config.size(), 1U + 32 + 12 + 1);
    EXPECT_EQ(config[0], 0x05);
    EXPECT_EQ(std::string(config.begin() + 1, config.begin() + 15), "DWARF_12345678");
    for (std::size_t i = 15; i < 33; ++i) EXPECT_EQ(config[i], 0) << "zeros behind the password";
    EXPECT_EQ(std::string(config.begin() + 33, config.begin() + 42), "getconfig");
    for (std::size_t i = 42; i < 45; ++i) EXPECT_EQ(config[i], 0) << "zeros behind the command";
    EXPECT_EQ(config[45], 0x0D) << "the tail";

    const Bytes change = encode_ble(requests()[3]);
    EXPECT_EQ(change[0], 0x06);
    EXPECT_EQ(change[33], 2) << "the mode stands before the command";
    EXPECT_EQ(std::string(change.begin() + 34, change.begin() + 44), "setBleWifi");
    EXPECT_EQ(encode_ble(requests()[0]).size(), 1U + 32 + 12 + 32 + 32);
    EXPECT_EQ(encode_ble(requests()[1]).size(), 1U + 32 + 12 + 2);
    EXPECT_EQ(encode_ble(requests()[1])[0], 0x02);
    EXPECT_EQ(encode_ble(requests()[0])[0], 0x01);
    EXPECT_EQ(encode_ble(requests()[4])[0], 0x07);
    EXPECT_EQ(encode_ble(requests()[4]).back(), 0x0D);
}

TEST(DwarfBluetooth, PacketsComeBack) {
    for (const BleRequest& request : requests()) EXPECT_EQ(decode_ble(encode_ble(request)), request);
}

TEST(DwarfBluetooth, RefusesTextsThatDoNotFit) {
    EXPECT_THROW(encode_ble({.command = BleCommand::station, .ssid = std::string(33, 'x')}), OptionError);
    EXPECT_NO_THROW(encode_ble({.command = BleCommand::station, .ssid = std::string(32, 'x')}));
    EXPECT_THROW(encode_ble({.command = BleCommand::station, .ssid = "caf\xc3\xa9"}), OptionError);
    EXPECT_THROW(encode_ble({.password = std::string(33, 'x')}), OptionError);
    EXPECT_THROW(encode_ble({.command = BleCommand::access_point, .country = "DEU"}), OptionError);
}

// Every shorter and longer packet, and every changed byte: read or refused, never beyond the bytes.
TEST(DwarfBluetooth, HostilePacketsAreRefused) {
    for (const BleRequest& request : requests()) {
        Bytes bytes = encode_ble(request);
        for (std::size_t length = 0; length < bytes.size(); ++length)
            EXPECT_THROW(decode_ble(std::vector(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length))),
                         FormatError);
        Bytes longer = bytes;
        longer.push_back(0);
        EXPECT_THROW(decode_ble(longer), FormatError);
        Bytes header = bytes;
        header[0] = 0x09;
        EXPECT_THROW(decode_ble(header), FormatError);
        Bytes behind = bytes;
        behind[32] = 'x';  // the last byte of the password's place
        EXPECT_THROW(decode_ble(behind), FormatError);
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            Bytes changed = bytes;
            changed[i] ^= 0x80;
            try {
                decode_ble(changed);
            } catch (const FormatError&) {
            }
        }
    }
}

TEST(DwarfBluetooth, RepliesAreJson) {
    const BleReply reply = decode_ble_reply(
        R"({"cmd":"getconfig","state":2,"mode":1,"ssid":"DWARF","psd":"x","ip":"192.168.88.1","code":0})");
    EXPECT_EQ(reply.command, "getconfig");
    EXPECT_EQ(reply.state, 2);
    EXPECT_EQ(reply.mode, 1);
    EXPECT_EQ(reply.ssid, "DWARF");
    EXPECT_EQ(reply.password, "x");
    EXPECT_EQ(reply.ip, "192.168.88.1");
    EXPECT_EQ(reply.code, 0);
    EXPECT_FALSE(reply.value);
    EXPECT_FALSE(decode_ble_reply("{}").code);
    EXPECT_THROW(decode_ble_reply("not JSON"), FormatError);
    EXPECT_THROW(decode_ble_reply(std::string(100000, ' ')), FormatError);
}

TEST(DwarfBluetoothV2, ChecksumIsModbus) {
    const std::string_view digits = "123456789";
    EXPECT_EQ(crc16_modbus(Bytes(digits.begin(), digits.end())), 0x4B37) << "the published check value";
    EXPECT_EQ(crc16_modbus({}), 0xFFFF);
}

TEST(DwarfBluetoothV2, FramesComeBack) {
    std::mt19937 random(7);
    for (int i = 0; i < 300; ++i) {
        BleFrame frame{static_cast<std::uint8_t>(random() % 8), Bytes(random() % 600)};
        for (auto& byte : frame.payload) byte = static_cast<std::uint8_t>(random());
        const Bytes bytes = encode_ble_v2(frame);
        ASSERT_EQ(bytes.size(), 12 + frame.payload.size());
        EXPECT_EQ(decode_ble_v2(bytes), frame);
        Bytes broken = bytes;
        broken[random() % bytes.size()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
        // the command is inside the checksum, so every changed bit is found
        EXPECT_THROW(decode_ble_v2(broken), FormatError);
    }
    const Bytes empty = encode_ble_v2({1, {}});
    EXPECT_EQ(Bytes(empty.begin(), empty.begin() + 9), (Bytes{0xAA, 1, 1, 0, 1, 0, 0, 0, 0}));
    EXPECT_EQ(empty.back(), 0x0D);
}

TEST(DwarfBluetoothV2, HostileLengthsAreRefused) {
    Bytes bytes = encode_ble_v2({1, {1, 2, 3}});
    for (const int length : {0, 2, 4, 0xFFFF}) {
        Bytes lying = bytes;
        lying[7] = static_cast<std::uint8_t>(length >> 8);
        lying[8] = static_cast<std::uint8_t>(length & 0xFF);
        EXPECT_THROW(decode_ble_v2(lying), FormatError) << length;
    }
    for (std::size_t length = 0; length < bytes.size(); ++length)
        EXPECT_THROW(decode_ble_v2(std::span(bytes).first(length)), FormatError);
    EXPECT_THROW(decode_ble_v2(Bytes(70000, 0xAA)), FormatError);
    EXPECT_THROW(encode_ble_v2({1, Bytes(kMaxBlePayload + 1)}), OptionError);
}

}  // namespace
}  // namespace nightstack::device::dwarf
