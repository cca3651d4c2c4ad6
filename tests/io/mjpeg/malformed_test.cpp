// SPDX-License-Identifier: MIT
// Forty and some streams as they should not be, each in three chunkings: which pictures come through, and why the
// others do not. Every stream ends in two good parts, which must always come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/io/mjpeg/made_streams.h"

namespace nightstack::io {
namespace {

using namespace test;
using Drops = std::vector<PartDrop>;

const std::string kA = picture(1), kB = picture(2), kC = picture(3, 300);
const std::string kTypeLine = "Content-Type: image/jpeg\r\n";

std::string length_line(const std::string& value) { return kTypeLine + "Content-Length: " + value + "\r\n"; }
std::string with_length(const std::string& value) { return part_with(length_line(value), kC); }
std::string off_by(int more) { return with_length(std::to_string(static_cast<int>(kC.size()) + more)); }

struct Row {
    const char* name;
    std::string stream;  // before the two good parts
    std::vector<std::string> parts;
    Drops drops;
    std::string type = kDwarfType;
    std::string end = part(kA) + part(kB);  // the two good parts
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

std::vector<Row> lengths() {
    std::vector<Row> rows = {
        {"no length", part_without_length(kC), {kC}, {}},
        {"negative length", with_length("-5"), {kC}, {}},
        {"length of 2^63", with_length("9223372036854775808"), {kC}, {}},
        {"length of 2^64", with_length("18446744073709551616"), {kC}, {}},
        {"length zero before a picture", with_length("0"), {kC}, {}},
        {"length with a unit", with_length("300 bytes"), {kC}, {}},
        {"length in hexadecimals", with_length("0x12c"), {kC}, {}},
        {"empty length", with_length(""), {kC}, {}},
        {"length just above the limit", with_length("8388609"), {kC}, {}},
        {"length of a hundred megabytes", with_length("104857600"), {kC}, {}},
        {"length beyond the stream", with_length("8000000"), {kC}, {}},
        {"two lengths that disagree", part_with(length_line("12") + "Content-Length: 40\r\n", kC), {kC}, {}},
        {"two lengths that agree",
         part_with(length_line(std::to_string(kC.size())) + "Content-Length: " + std::to_string(kC.size()) + "\r\n",
                   kC),
         {kC},
         {}},
        {"length in odd letters", part_with("CONTENT-length :  " + std::to_string(kC.size()) + " \r\n", kC), {kC}, {}},
    };
    static std::vector<std::string> names;  // live as long as the rows
    names.reserve(32);
    for (int n : {1, 2, 3, 7, 16}) {
        for (int sign : {-1, 1}) {
            names.push_back("length off by " + std::to_string(sign * n));
            rows.push_back({names.back().c_str(), off_by(sign * n), {kC}, {}});
        }
    }
    return rows;
}

std::string with_line_feeds(const std::string& jpeg) {
    return "--dwarf\n" + kTypeLine.substr(0, 24) + "\n\n" + jpeg + "\n";
}

std::vector<Row> boundaries() {
    const std::string dashes = replaced(part(kC) + part(kA) + part(kB), "--dwarf", "----dwarf");
    return {
        {"quoted boundary", part(kC), {kC}, {}, "multipart/x-mixed-replace;boundary=\"dwarf\""},
        {"boundary with dashes announced", part(kC), {kC}, {}, "multipart/x-mixed-replace; boundary=--dwarf"},
        {"more dashes than announced", "", {kC}, {}, kDwarfType, dashes},
        {"boundary in capitals announced", part(kC), {kC}, {}, "Multipart/X-Mixed-Replace; BOUNDARY=dwarf"},
        {"another parameter first", part(kC), {kC}, {}, "multipart/x-mixed-replace; charset=x; boundary=dwarf"},
        {"no boundary announced", part(kC), {kC}, {}, "multipart/x-mixed-replace"},
        {"wrong boundary announced", part(kC), {kC}, {}, "multipart/x-mixed-replace; boundary=other"},
        {"boundary too long", part(kC), {kC}, {}, "multipart/x-mixed-replace; boundary=" + std::string(90, 'x')},
        {"no Content-Type at all", part_without_length(kC), {kC}, {}, ""},
        {"pictures and nothing else", kC + kC, {kC, kC}, {}, "image/jpeg", kA + kB},
        {"line feeds only", "", {kC}, {}, kDwarfType, with_line_feeds(kC) + with_line_feeds(kA) + with_line_feeds(kB)},
        {"no line end before the boundary", part_with(kTypeLine, kC, ""), {kC}, {}},
        {"no line end at the very end", part(kC), {kC}, {}, kDwarfType, part(kA) + part_with(kTypeLine, kB, "")},
        {"a preamble", "This is a stream.\r\n\r\nx--dwarf\r\n--dwarfs\r\n" + part(kC), {kC}, {}},
        {"a preamble of a megabyte", std::string(1 << 20, 'p') + "\r\n" + part(kC), {kC}, {}},
        {"a closing boundary, and more", part(kC) + "--dwarf--\r\nepilogue\r\n" + part(kC), {kC, kC}, {}},
        {"spaces behind the boundary", replaced(part(kC), "--dwarf\r\n", "--dwarf \t\r\n"), {kC}, {}},
        {"padding behind a picture", part_with(kTypeLine, kC + std::string(64, '\0')), {kC}, {}},
    };
}

std::vector<Row> bodies() {
    const std::string in_coded = made_picture({5, 600, "\r\n--dwarf\r\nContent-Type: image/jpeg\r\n\r\n", {}, 1});
    const std::string in_segment = made_picture({6, 600, {}, "\r\n--dwarf\r\n\r\n" + picture(9, 40), 1});
    const std::string thumbnail = picture_with_thumbnail(7);
    const std::string scans = made_picture({8, 600, {}, {}, 4});
    const std::string html = part_with("Content-Type: text/html\r\n", "<html>camera is not open</html>");
    return {
        {"an empty part", part_with(kTypeLine, ""), {}, {PartDrop::empty}},
        {"a part of length 0", part_with(length_line("0"), ""), {}, {PartDrop::empty}},
        {"a part of length 0 and no line end", part_with(length_line("0"), "", ""), {}, {PartDrop::empty}},
        {"a text part", html + part(kC), {kC}, {PartDrop::not_a_picture}},
        {"a text part of 20 megabytes",
         part_with("", std::string(20 << 20, 't')) + part(kC),
         {kC},
         {PartDrop::not_a_picture}},
        {"a part of 100 megabytes", "100", {}, {PartDrop::too_large}},
        {"a boundary in coded data", part_without_length(in_coded), {in_coded}, {}},
        {"a boundary in coded data, with length", part(in_coded), {in_coded}, {}},
        {"a boundary and a picture in EXIF", part_without_length(in_segment), {in_segment}, {}},
        {"a thumbnail in EXIF", part_without_length(thumbnail), {thumbnail}, {}},
        {"a thumbnail in EXIF, no boundary", thumbnail, {thumbnail}, {}, "image/jpeg", kA + kB},
        {"several scans", part_without_length(scans), {scans}, {}},
        {"cut in coded data", part_without_length(kC.substr(0, 200)) + part(kC), {kC}, {PartDrop::cut_off}},
        {"cut, and the length says so", part(kC.substr(0, 200)) + part(kC), {kC}, {PartDrop::cut_off}},
        {"cut, and the length is the whole's",
         part_with(length_line(std::to_string(kC.size())), kC.substr(0, 200)) + part(kC),
         {kC},
         {PartDrop::cut_off}},
        {"cut in a segment", part_without_length(kC.substr(0, 30)) + part(kC), {kC}, {PartDrop::cut_off}},
        {"cut behind the first byte", part_without_length("\xFF") + part(kC), {kC}, {PartDrop::not_a_picture}},
        {"cut twice", part(kC.substr(0, 150)) + part(kC.substr(0, 90)), {}, {PartDrop::cut_off, PartDrop::cut_off}},
        {"cut, no boundary", kC.substr(0, 200), {}, {PartDrop::cut_off}, "image/jpeg", kA + kB},
        {"markers that are none",
         part_without_length("\xFF\xD8\xFF\xDB\x01\x01" + std::string(400, 'm')),
         {},
         {PartDrop::broken}},
    };
}

std::vector<Row> headers() {
    std::string many;
    for (int i = 0; i < 200; ++i) many += "X-Header-" + std::to_string(i) + ": " + std::string(40, 'v') + "\r\n";
    return {
        {"a header line of 2 KiB", part_with("X: " + std::string(2048, 'x') + "\r\n", kC), {}, {PartDrop::long_line}},
        {"a header line without end", "--dwarf\r\nX: " + std::string(100'000, 'x') + "\r\n", {}, {PartDrop::long_line}},
        {"ten kilobytes of headers", part_with(many, kC), {}, {PartDrop::long_headers}},
        {"headers without a body", "--dwarf\r\n" + kTypeLine + part(kC), {kC}, {PartDrop::no_body}},
        {"no empty line before the picture", "--dwarf\r\n" + kTypeLine + kC + "\r\n", {kC}, {}},
        {"no headers", part_with("", kC), {kC}, {}},
        {"binary headers", part_with("\x01\x02\x80\xFE: \r\n", kC), {kC}, {}},
    };
}

std::string stream_of(const Row& row) {
    if (row.stream != "100") return row.stream + row.end;
    return "--dwarf\r\n\r\n" + picture(1, 100).substr(0, 150) + std::string(std::size_t{100} << 20, 'x') + "\r\n" +
           row.end;
}

void check(const Row& row) {
    SCOPED_TRACE(row.name);
    const std::string stream = stream_of(row);
    std::vector<std::string> want = row.parts;
    want.insert(want.end(), {kA, kB});
    SplitCounts drops;
    for (const PartDrop why : row.drops) ++drops.dropped[static_cast<std::size_t>(why)];

    const Split whole = split(row.type, stream, stream.size());
    EXPECT_TRUE(whole.parts == want) << whole.parts.size() << " parts";
    EXPECT_EQ(whole.counts.dropped, drops.dropped);
    EXPECT_EQ(whole.counts.bytes, stream.size());
    const bool large = stream.size() > 4'000'000;
    for (const std::size_t piece : {large ? std::size_t{1460} : std::size_t{1}, std::size_t{0}}) {
        const Split pieces = split(row.type, stream, piece);
        EXPECT_TRUE(pieces == whole) << "in pieces of " << piece << ": " << pieces.parts.size() << " parts, "
                                     << pieces.counts.skipped << " skipped, not " << whole.counts.skipped;
        EXPECT_LE(pieces.most_held, SplitLimits{}.part + 65536);
    }
}

TEST(Malformed, Lengths) {
    for (const Row& row : lengths()) check(row);
}
TEST(Malformed, Boundaries) {
    for (const Row& row : boundaries()) check(row);
}
TEST(Malformed, Bodies) {
    for (const Row& row : bodies()) check(row);
}
TEST(Malformed, Headers) {
    for (const Row& row : headers()) check(row);
}
TEST(Malformed, AreFortyAndMore) {
    EXPECT_GE(lengths().size() + boundaries().size() + bodies().size() + headers().size(), 40U);
}

}  // namespace
}  // namespace nightstack::io
