// SPDX-License-Identifier: MIT
// The packets by which a scope is put on Wi-Fi over Bluetooth, as bytes; the radio itself is not
// here. Pure functions, any thread. Bytes that come in are hostile: every length is checked.
//
// V1 (API text section 2; no public code implements it, the text's columns are damaged, so widths
// and tails marked [I] are inferred): header 1 byte, password 32 bytes, for 0x06 the mode 1 byte,
// command 12 bytes, then what the command needs; texts are ASCII filled up with zeros.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::device::dwarf {

using Bytes = std::vector<std::uint8_t>;

inline constexpr std::string_view kBleService = "0000180A-0000-1000-8000-00805F9B34FB";
inline constexpr std::string_view kBleCharacteristic = "00009999-0000-1000-8000-00805F9B34FB";
inline constexpr std::string_view kBlePassword = "DWARF_12345678";  // the same on every scope: no secret
inline constexpr std::uint8_t kBleTail = 0x0D;                      // [I] the text prints "0x0" and "0x04"

enum class BleCommand : std::uint8_t {
    station = 0x01,       // "wifista": join a router; ssid 32 bytes, its password 32 bytes [I]
    access_point = 0x02,  // "wifiap": open an own network; country code, two letters [I]
    config = 0x05,        // "getconfig", tail
    change = 0x06,        // "setBleWifi": mode, new value 32 bytes [I]
    reset = 0x07,         // "reset", tail
};
enum class BleMode : std::uint8_t { bluetooth_name = 0, bluetooth_password, wifi_name, wifi_password };

struct BleRequest {
    BleCommand command = BleCommand::config;
    std::string password{kBlePassword};
    std::string country{};                   // access_point
    std::string ssid{};                      // station
    std::string router_password{};           // station
    BleMode mode = BleMode::bluetooth_name;  // change
    std::string value{};                     // change
    bool operator==(const BleRequest&) const = default;
};

// Throws OptionError for a text that is too long or not printable ASCII.
Bytes encode_ble(const BleRequest& request);
// Throws FormatError: unknown header, wrong length, another command word, bytes behind the zeros.
BleRequest decode_ble(std::span<const std::uint8_t> bytes);

// The answer is JSON text; every field may be missing. `psd` is a secret: not for logs.
struct BleReply {
    std::optional<std::string> command, ssid, password, ip, value;
    std::optional<std::int64_t> state, mode, code;
};
BleReply decode_ble_reply(std::string_view json);  // FormatError as json.h

// V2 (firmware 2.0 and newer; read in two public clients):
// AA 01 command 00 01 00 00 length(2, high first) protobuf crc(2, high first) 0D.
struct BleFrame {
    std::uint8_t command = 0;  // 1 getconfig, 2 access point, 3 station, 5 reset, 6 Wi-Fi list, 7 system info
    Bytes payload{};
    bool operator==(const BleFrame&) const = default;
};
inline constexpr std::size_t kMaxBlePayload = 4096;
Bytes encode_ble_v2(const BleFrame& frame);                       // OptionError: payload too long
BleFrame decode_ble_v2(std::span<const std::uint8_t> bytes);      // FormatError
std::uint16_t crc16_modbus(std::span<const std::uint8_t> bytes);  // start FFFF, polynomial A001 reflected

}  // namespace nightstack::device::dwarf
