// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/dialect.h"

#include <gtest/gtest.h>

#include <random>

#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

using namespace std::string_literals;

// As two public descriptions give it: version 1.2, device 1, module 1, command 10039, a reply.
const std::string kPacket = "\x08\x01\x10\x02\x18\x01\x20\x01\x28\xb7\x4e\x30\x01\x3a\x02\x08\x00\x42\x04uuid"s;

std::string refusal(const Frame& frame) {
    try {
        v1_dialect().decode(frame);
        return "";
    } catch (const DeviceError& e) {
        return e.what();
    }
}

TEST(DwarfDialect, V1IsJsonText) {
    const Frame frame = v1_dialect().encode(Message(11410));
    EXPECT_FALSE(frame.binary);
    EXPECT_EQ(frame.bytes, R"({"interface":11410})");
    EXPECT_EQ(v1_dialect().decode(frame), Message(11410));
    EXPECT_THROW(v1_dialect().decode({false, "pong"}), FormatError);
}

TEST(DwarfDialect, BinaryFramesAreSaidInWords) {
    const std::string text = refusal({true, kPacket});
    EXPECT_NE(text.find("this scope runs firmware 2.0 or newer"), std::string::npos) << text;
    EXPECT_NE(text.find("version 1.2"), std::string::npos) << text;
    EXPECT_NE(text.find("files"), std::string::npos);
    EXPECT_NE(text.find("still work"), std::string::npos);
    EXPECT_NE(refusal({true, "\xff\xff"}).find("firmware 2.0 or newer"), std::string::npos);
    EXPECT_NE(refusal({true, R"({"interface":11410})"}), "") << "JSON in a binary frame is not V1 either";
    EXPECT_NE(silent_scope_text().find("files"), std::string::npos);
}

TEST(DwarfDialect, RecognisesTheEnvelope) {
    const auto packet = recognise_packet(kPacket);
    ASSERT_TRUE(packet);
    EXPECT_EQ(*packet, (WsPacket{1, 2, 1, 1, 10039, 1, "\x08\x00"s, "uuid"}));
    EXPECT_EQ(encode_packet(*packet), kPacket);
    const WsPacket request{.major = 1, .minor = 8, .device_id = 1, .module = 3, .command = 11003};
    EXPECT_EQ(recognise_packet(encode_packet(request)), request) << "a request's type 0 is left out";
}

TEST(DwarfDialect, OtherBytesAreNoEnvelope) {
    const std::vector<std::string> others = {
        "",
        "pong",
        R"({"interface":10000})",
        "\x08"s,                                                   // a field without its number
        "\x08\x02\x28\x01"s,                                       // version 2
        "\x28\x01"s,                                               // no version
        "\x08\x01\x48\x01"s,                                       // field 9
        "\x0a\x01x"s,                                              // a text where the version stands
        "\x08\x01\x3a\x05xx"s,                                     // data longer than the frame
        "\x08\x01\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01x"s,  // of 2^64 - 1 bytes
        "\x08\x01\x28" + std::string(11, '\x80'),                  // a number that does not end
        "\x08\x01\x28" + std::string(9, '\xff') + "\x7f",          // beyond 64 bits
        "\x08\x01\x29\x01\x02\x03\x04\x05\x06\x07\x08"s,           // a fixed 64-bit number
        "\x08\x01\x30\x09"s,                                       // a type that there is not
        "\x08\x01\x3a\x80\x80\x04" + std::string(65536, 'x'),      // too large
    };
    for (const std::string& bytes : others) EXPECT_FALSE(recognise_packet(bytes)) << bytes.substr(0, 20);
}

TEST(DwarfDialect, EveryCutAndDamageIsHarmless) {
    std::mt19937 random(3);
    for (std::size_t length = 0; length < kPacket.size(); ++length) recognise_packet(kPacket.substr(0, length));
    for (int i = 0; i < 20000; ++i) {
        std::string bytes = kPacket;
        for (int n = 0; n < 3; ++n) bytes[random() % bytes.size()] = static_cast<char>(random());
        const auto packet = recognise_packet(bytes);
        EXPECT_TRUE(!packet || recognise_packet(encode_packet(*packet)) == packet);
    }
}

}  // namespace
}  // namespace nightstack::device::dwarf
