// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/bluetooth.h"

#include <algorithm>

#include "device/dwarf/protocol/json.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

constexpr std::size_t kTextBytes = 32;
constexpr std::size_t kCommandBytes = 12;
constexpr std::size_t kCountryBytes = 2;

std::string_view word_of(BleCommand command) {
    switch (command) {
        case BleCommand::station: return "wifista";
        case BleCommand::access_point: return "wifiap";
        case BleCommand::config: return "getconfig";
        case BleCommand::change: return "setBleWifi";
        case BleCommand::reset: return "reset";
    }
    return "";
}

void append(Bytes& bytes, std::string_view text, std::size_t width, std::string_view what) {
    if (text.size() > width)
        throw OptionError("Bluetooth: " + std::string(what) + " has " + std::to_string(text.size()) +
                          " bytes, at most " + std::to_string(width) + " expected");
    for (const char c : text) {
        if (c < 32 || c > 126) throw OptionError("Bluetooth: " + std::string(what) + " is not printable ASCII");
        bytes.push_back(static_cast<std::uint8_t>(c));
    }
    bytes.resize(bytes.size() + width - text.size());
}

// Takes pieces off the front and refuses what is not there.
class Pieces {
public:
    explicit Pieces(std::span<const std::uint8_t> bytes) : rest_(bytes) {}

    std::uint8_t byte(std::string_view what) { return take(1, what)[0]; }

    std::string text(std::size_t width, std::string_view what) {
        const auto piece = take(width, what);
        const auto end = std::find(piece.begin(), piece.end(), std::uint8_t{0});
        if (std::any_of(end, piece.end(), [](std::uint8_t b) { return b != 0; }))
            throw FormatError("Bluetooth packet: " + std::string(what) + " goes on behind its zeros");
        if (std::any_of(piece.begin(), end, [](std::uint8_t b) { return b < 32 || b > 126; }))
            throw FormatError("Bluetooth packet: " + std::string(what) + " is not printable ASCII");
        return {piece.begin(), end};
    }

    void finish() const {
        if (!rest_.empty()) throw FormatError("Bluetooth packet: " + std::to_string(rest_.size()) + " bytes too many");
    }

private:
    std::span<const std::uint8_t> take(std::size_t width, std::string_view what) {
        if (rest_.size() < width)
            throw FormatError("Bluetooth packet: ends within " + std::string(what) + ", " +
                              std::to_string(width - rest_.size()) + " bytes missing");
        const auto piece = rest_.first(width);
        rest_ = rest_.subspan(width);
        return piece;
    }

    std::span<const std::uint8_t> rest_;
};

void check_tail(Pieces& pieces) {
    if (const auto tail = pieces.byte("the tail"); tail != kBleTail)
        throw FormatError("Bluetooth packet: tail " + std::to_string(tail) + ", 13 expected");
}

}  // namespace

Bytes encode_ble(const BleRequest& request) {
    Bytes bytes{static_cast<std::uint8_t>(request.command)};
    append(bytes, request.password, kTextBytes, "the password");
    if (request.command == BleCommand::change) bytes.push_back(static_cast<std::uint8_t>(request.mode));
    append(bytes, word_of(request.command), kCommandBytes, "the command");
    switch (request.command) {
        case BleCommand::station:
            append(bytes, request.ssid, kTextBytes, "the network's name");
            append(bytes, request.router_password, kTextBytes, "the router's password");
            break;
        case BleCommand::access_point: append(bytes, request.country, kCountryBytes, "the country code"); break;
        case BleCommand::change: append(bytes, request.value, kTextBytes, "the value"); break;
        case BleCommand::config:
        case BleCommand::reset: bytes.push_back(kBleTail); break;
    }
    return bytes;
}

BleRequest decode_ble(std::span<const std::uint8_t> bytes) {
    Pieces pieces(bytes);
    BleRequest request;
    request.command = static_cast<BleCommand>(pieces.byte("the header"));
    const std::string_view word = word_of(request.command);
    if (word.empty()) throw FormatError("Bluetooth packet: unknown header " + std::to_string(bytes[0]));
    request.password = pieces.text(kTextBytes, "the password");
    if (request.command == BleCommand::change) {
        const auto mode = pieces.byte("the mode");
        if (mode > 3) throw FormatError("Bluetooth packet: mode " + std::to_string(mode) + ", 0 to 3 expected");
        request.mode = static_cast<BleMode>(mode);
    }
    if (pieces.text(kCommandBytes, "the command") != word)
        throw FormatError("Bluetooth packet: the command is not \"" + std::string(word) + "\"");
    switch (request.command) {
        case BleCommand::station:
            request.ssid = pieces.text(kTextBytes, "the network's name");
            request.router_password = pieces.text(kTextBytes, "the router's password");
            break;
        case BleCommand::access_point: request.country = pieces.text(kCountryBytes, "the country code"); break;
        case BleCommand::change: request.value = pieces.text(kTextBytes, "the value"); break;
        case BleCommand::config:
        case BleCommand::reset: check_tail(pieces); break;
    }
    pieces.finish();
    return request;
}

BleReply decode_ble_reply(std::string_view json) {
    const Message fields(0, decode_object(json));
    BleReply reply;
    reply.command = fields.text("cmd");
    reply.ssid = fields.text("ssid");
    reply.password = fields.text("psd");
    reply.ip = fields.text("ip");
    reply.value = fields.text("value");
    reply.state = fields.integer("state");
    reply.mode = fields.integer("mode");
    reply.code = fields.integer("code");
    return reply;
}

}  // namespace nightstack::device::dwarf
