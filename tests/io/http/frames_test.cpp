// SPDX-License-Identifier: MIT
// WebSocket frames as bytes: RFC 6455's own examples, every rule that a client can break, and what
// the reader keeps in memory.
#include "io/http/frames.h"

#include <gmock/gmock.h>

#include "tests/io/http/raw_client.h"

namespace nightstack::io {
namespace {

using test::client_frame;
using test::client_header;
using testing::ElementsAre;

constexpr std::size_t kLimit = 1000;

std::vector<Received> read(std::string_view bytes, std::optional<Violation>* violation = nullptr) {
    FrameReader reader(kLimit);
    std::vector<Received> out;
    reader.feed(bytes, out);
    if (violation != nullptr) *violation = reader.violation();
    return out;
}

int code_of(std::string_view bytes) {
    std::optional<Violation> violation;
    read(bytes, &violation);
    return violation ? violation->code : 0;
}

MATCHER_P2(Is, kind, bytes, "") { return arg.kind == kind && arg.bytes == bytes; }

TEST(Frames, ExamplesOfTheStandard) {
    EXPECT_EQ(make_frame(FrameKind::text, "Hello"), "\x81\x05Hello");
    EXPECT_THAT(read("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), ElementsAre(Is(FrameKind::text, "Hello")));
    EXPECT_EQ(make_frame(FrameKind::binary, std::string(256, 'x')).substr(0, 4), std::string("\x82\x7E\x01\x00", 4));
    EXPECT_EQ(make_frame(FrameKind::binary, std::string(65536, 'x')).substr(0, 10),
              std::string("\x82\x7F\x00\x00\x00\x00\x00\x01\x00\x00", 10));
}

TEST(Frames, PiecesOfAnySizeAreTheSame) {
    const std::string bytes = client_frame(FrameKind::text, std::string(300, 'a')) + client_frame(FrameKind::ping, "") +
                              client_frame(FrameKind::binary, "") + client_frame(FrameKind::close, "");
    for (const std::size_t piece : {1, 2, 7, 1000}) {
        FrameReader reader(kLimit);
        std::vector<Received> out;
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            ASSERT_TRUE(reader.feed(std::string_view(bytes).substr(at, piece), out));
        EXPECT_THAT(out, ElementsAre(Is(FrameKind::text, std::string(300, 'a')), Is(FrameKind::ping, ""),
                                     Is(FrameKind::binary, ""), Is(FrameKind::close, "")));
    }
}

TEST(Frames, FragmentsAreJoinedAndPingsStandBetween) {
    EXPECT_THAT(
        read(client_frame(FrameKind::text, "one ", false) + client_frame(FrameKind::ping, "p") +
             client_frame(FrameKind::continuation, "two ", false) + client_frame(FrameKind::continuation, "three")),
        ElementsAre(Is(FrameKind::ping, "p"), Is(FrameKind::text, "one two three")));
}

TEST(Frames, WhatBreaksTheProtocolIs1002) {
    EXPECT_EQ(code_of(client_frame(FrameKind::text, "x", true, false)), 1002) << "unmasked";
    EXPECT_EQ(code_of(client_header(0xC1, 1, 0)), 1002) << "reserved bit";
    EXPECT_EQ(code_of(client_header(0x83, 1, 0)), 1002) << "unknown data frame";
    EXPECT_EQ(code_of(client_header(0x8B, 1, 0)), 1002) << "unknown control frame";
    EXPECT_EQ(code_of(client_header(0x09, 1, 0)), 1002) << "ping in fragments";
    EXPECT_EQ(code_of(client_header(0x89, 126, 2)), 1002) << "long ping";
    EXPECT_EQ(code_of(client_header(0x81, 125, 2)), 1002) << "length in too many bytes";
    EXPECT_EQ(code_of(client_header(0x81, 65535, 8)), 1002) << "length in too many bytes";
    EXPECT_EQ(code_of(client_header(0x81, std::uint64_t{1} << 63, 8)), 1002);
    EXPECT_EQ(code_of(client_frame(FrameKind::continuation, "x")), 1002) << "fragment of nothing";
    EXPECT_EQ(code_of(client_frame(FrameKind::text, "x", false) + client_frame(FrameKind::text, "y")), 1002);
    EXPECT_EQ(code_of(client_frame(FrameKind::close, "x")), 1002) << "half a code";
    for (const char* code : {"\x03\xE7", "\x03\xEC", "\x03\xED", "\x03\xEE", "\x03\xF7", "\x07\xD0", "\x13\x88"})
        EXPECT_EQ(code_of(client_frame(FrameKind::close, code)), 1002) << code;
}

TEST(Frames, TooMuchIs1009BeforeItIsKept) {
    EXPECT_EQ(code_of(client_frame(FrameKind::text, std::string(kLimit, 'a'))), 0);
    EXPECT_EQ(code_of(client_header(0x81, kLimit + 1, 2)), 1009);
    EXPECT_EQ(code_of(client_header(0x82, (std::uint64_t{1} << 63) - 1, 8)), 1009);
    EXPECT_EQ(code_of(client_frame(FrameKind::text, std::string(600, 'a'), false) + client_header(0x80, 401, 2)), 1009)
        << "fragments count together";
}

TEST(Frames, TextHasToBeUtf8) {
    for (const char* good :
         {"", "M 31", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x94\xAD", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
        EXPECT_EQ(code_of(client_frame(FrameKind::text, good)), 0) << good;
    for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                            "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xE2\x82", "\xE2\x28\xA1"})
        EXPECT_EQ(code_of(client_frame(FrameKind::text, bad)), 1007) << bad;
    EXPECT_EQ(code_of(client_frame(FrameKind::binary, "\x80")), 0);
    EXPECT_EQ(code_of(client_frame(FrameKind::text, "\xE2\x82", false) + client_frame(FrameKind::continuation, "\xAC")),
              0)
        << "a character over two fragments";
    EXPECT_EQ(code_of(client_frame(FrameKind::close, "\x03\xE8\xFF")), 1007);
}

TEST(Frames, CloseHasCodeAndReason) {
    const auto with = read(client_frame(FrameKind::close, "\x03\xE8gone"));
    ASSERT_EQ(with.size(), 1U);
    EXPECT_EQ(with[0].close_code, 1000);
    EXPECT_EQ(with[0].bytes, "gone");
    EXPECT_EQ(read(client_frame(FrameKind::close, ""))[0].close_code, 1005);
}

TEST(Frames, NothingIsReadAfterAViolation) {
    FrameReader reader(kLimit);
    std::vector<Received> out;
    EXPECT_FALSE(reader.feed(client_header(0xC1, 1, 0) + client_frame(FrameKind::text, "x"), out));
    EXPECT_FALSE(reader.feed(client_frame(FrameKind::text, "x"), out));
    EXPECT_THAT(out, ElementsAre());
    EXPECT_EQ(reader.violation()->text, "reserved bits are set");
}

TEST(Frames, ClosePayloadIsCutBetweenCharacters) {
    EXPECT_EQ(close_payload(1001, "bye"),
              "\x03\xE9"
              "bye");
    std::string longest(122, 'a');
    longest += "\xE2\x82\xAC";  // a character that would end at byte 125
    EXPECT_EQ(close_payload(1000, longest), "\x03\xE8" + std::string(122, 'a'));
}

}  // namespace
}  // namespace nightstack::io
