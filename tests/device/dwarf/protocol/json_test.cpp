// SPDX-License-Identifier: MIT
// Messages to text and back, and what hostile text costs.
#include "device/dwarf/protocol/json.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <random>

#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

std::string refusal(const std::string& bytes) {
    try {
        decode(bytes);
        return "";
    } catch (const FormatError& e) {
        return e.what();
    }
}

std::string random_text(std::mt19937_64& random) {
    static const std::string kPieces[] = {"a", "Z", " ", "\"", "\\", "\n", "\x01", "°", "星", "\U0001F52D", "/", "0"};
    std::string text;
    for (auto n = random() % 12; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    return text;
}

double random_double(std::mt19937_64& random) {
    for (;;) {
        const double value = std::bit_cast<double>(random());
        if (std::isfinite(value)) return value;
    }
}

Value random_value(std::mt19937_64& random) {
    switch (random() % 6) {
        case 0: return random() % 2 == 0;
        case 1: return static_cast<std::int64_t>(random());
        case 2: return static_cast<std::int64_t>(random() % 200) - 100;
        case 3: return random_double(random);
        case 4: return random_text(random);
        default: return RawJson{R"([1,{"a":null,"b":[]},-2.5,"x"])"};
    }
}

TEST(DwarfJson, RandomMessagesComeBack) {
    std::mt19937_64 random(42);
    for (int i = 0; i < 5000; ++i) {
        Message message(static_cast<int>(random() % 1'000'000));
        for (auto n = random() % 15; n > 0; --n)
            message.set(random_text(random) + std::to_string(n), random_value(random));
        const std::string wire = encode(message);
        const Message back = decode(wire);
        ASSERT_EQ(back, message) << "seed 42, message " << i << ": " << wire;
        ASSERT_EQ(encode(back), wire);
    }
}

TEST(DwarfJson, WhatTheTableDoesNotKnowSurvives) {
    const std::string wire = R"({"interface":11407,"new":{"deep":[1,2,{"x":"°"}]},"flag":true,"none":null,"n":1.5})";
    EXPECT_EQ(encode(decode(wire)), wire);
    EXPECT_EQ(encode(decode("{ \"n\" : 1.5 , \"interface\" : 5 }")), R"({"interface":5,"n":1.5})");
    EXPECT_EQ(decode(R"({"interface":7.0})").interface(), 7) << "a whole double";
}

TEST(DwarfJson, RefusesWhatIsNoMessage) {
    for (const char* bad : {"",
                            " ",
                            "null",
                            "5",
                            "[]",
                            "[{}]",
                            "{}",
                            "{\"interface\":\"10000\"}",
                            "{\"interface\":-1}",
                            "{\"interface\":1000000}",
                            "{\"interface\":1.5}",
                            "{\"interface\":1",
                            "{\"interface\":1}}",
                            "{\"interface\":1} x",
                            "{'interface':1}",
                            "{\"interface\":1,}",
                            "{\"interface\":01}",
                            "{\"interface\":[1]}",
                            "{\"interface\":NaN}",
                            "{interface:1}",
                            "//\n{\"interface\":1}"})
        EXPECT_NE(refusal(bad), "") << bad;
}

TEST(DwarfJson, RefusesDuplicateNames) {
    EXPECT_NE(refusal(R"({"interface":1,"a":1,"a":1})").find("twice"), std::string::npos);
    EXPECT_NE(refusal(R"({"interface":1,"interface":1})").find("twice"), std::string::npos);
    EXPECT_NE(refusal(R"({"interface":1,"a":1,"\u0061":2})").find("twice"), std::string::npos) << "escaped";
}

TEST(DwarfJson, RefusesNumbersBeyondTheirKind) {
    EXPECT_NE(refusal(R"({"interface":1,"v":1e999})"), "");
    EXPECT_NE(refusal(R"({"interface":1,"v":-1e999})"), "");
    EXPECT_NE(refusal(R"({"interface":1,"v":[1e999]})"), "");
    EXPECT_NE(refusal(R"({"interface":1,"v":18446744073709551615})"), "");
    EXPECT_NE(refusal(R"({"interface":99999999999999999999})"), "");
    EXPECT_NE(refusal("{\"interface\":1,\"v\":" + std::string(60000, '9') + "}"), "");
}

TEST(DwarfJson, RefusesInvalidUtf8AndSpeaksInOneLine) {
    for (const char* bad : {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
        const std::string text = refusal(std::string("{\"interface\":1,\"v\":\"") + bad + "\"}");
        EXPECT_NE(text, "") << static_cast<int>(bad[0]);
        EXPECT_EQ(text.find_first_of("\n\xff"), std::string::npos);
    }
    EXPECT_NE(refusal("{\"interface\":1,\"v\":\"\\ud800\"}"), "") << "half a surrogate pair";
    const std::string text = refusal("{\"interface\":1,\"\\u001b[31m\\n\":1,\"\\u001b[31m\\n\":1}");
    EXPECT_EQ(text.find_first_of("\x1b\n"), std::string::npos) << "names are escaped";
}

// T7.2: each of these is refused within milliseconds and without memory of its own.
struct Bomb {
    std::string name;
    std::string bytes;
};

std::string repeated(const std::string& piece, std::size_t times) {
    std::string text;
    text.reserve(piece.size() * times);
    for (std::size_t i = 0; i < times; ++i) text += piece;
    return text;
}

std::vector<Bomb> bombs() {
    std::vector<Bomb> all;
    const std::string head = "{\"interface\":1,\"v\":";
    for (const std::size_t depth : {100UL, 1000UL, 10000UL, 100000UL, 1000000UL}) {
        const std::string n = std::to_string(depth);
        all.push_back({n + " arrays", head + std::string(depth, '[') + std::string(depth, ']') + "}"});
        all.push_back({n + " arrays, never closed", head + std::string(depth, '[')});
        all.push_back({n + " objects", head + repeated("{\"a\":", depth) + "1" + std::string(depth + 1, '}')});
        all.push_back({n + " bare arrays", std::string(depth, '[')});
    }
    std::string keys = "{\"interface\":1";
    for (int i = 0; i < 1'000'000; ++i) keys += ",\"k" + std::to_string(i) + "\":0";
    all.push_back({"a million keys", keys + "}"});
    all.push_back({"a million keys, cut to the limit", keys.substr(0, kMaxMessageBytes)});
    all.push_back({"a million values", head + "[" + repeated("0,", 1'000'000) + "0]}"});
    all.push_back({"30,000 values", head + "[" + repeated("0,", 30'000) + "0]}"});
    all.push_back({"a text of 16 MB", head + "\"" + std::string(16 << 20, 'x') + "\"}"});
    all.push_back({"a name of 16 MB", "{\"" + std::string(16 << 20, 'x') + "\":1}"});
    all.push_back({"16 MB of blanks", std::string(16 << 20, ' ')});
    return all;
}

long peak_kilobytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

TEST(DwarfJson, BombsCostNothing) {
    const std::vector<Bomb> all = bombs();
    const long before = peak_kilobytes();
    for (const Bomb& bomb : all) {
        const auto start = std::chrono::steady_clock::now();
        EXPECT_NE(refusal(bomb.bytes), "") << bomb.name;
        const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
        EXPECT_LT(spent.count(), 50) << bomb.name;  // a millisecond in practice; room for sanitizers and a busy machine
    }
    EXPECT_LT(peak_kilobytes() - before, 8 * 1024);
}

TEST(DwarfJson, TheLargestGoodMessagePasses) {
    const std::string head = "{\"interface\":1,\"v\":\"";
    EXPECT_EQ(refusal(head + std::string(kMaxMessageBytes - head.size() - 2, 'x') + "\"}"), "");
    EXPECT_NE(refusal(head + std::string(kMaxMessageBytes - head.size() - 1, 'x') + "\"}"), "");
    const auto nested = [](int levels) {
        return "{\"interface\":1,\"v\":" + std::string(static_cast<std::size_t>(levels), '[') +
               std::string(static_cast<std::size_t>(levels), ']') + "}";
    };
    EXPECT_EQ(refusal(nested(kMaxDepth - 1)), "");
    EXPECT_NE(refusal(nested(kMaxDepth)), "");
}

TEST(DwarfJson, ObjectsOutsideTheWebSocketNeedNoInterface) {
    const auto items = decode_object(R"({"result":0,"interface":"x"})");
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items[0].name, "result");
    EXPECT_THROW(decode_object("[1]"), FormatError);
    EXPECT_THROW(decode_object(R"({"a":1,"a":2})"), FormatError);
}

}  // namespace
}  // namespace nightstack::device::dwarf
