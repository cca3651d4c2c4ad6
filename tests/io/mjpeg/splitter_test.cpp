// SPDX-License-Identifier: MIT
#include "io/mjpeg/part_splitter.h"

#include <gtest/gtest.h>

#include "tests/io/mjpeg/made_streams.h"

namespace nightstack::io {
namespace {

using namespace test;

TEST(Boundary, IsReadInAllItsForms) {
    EXPECT_EQ(boundary_of("multipart/x-mixed-replace;boundary=dwarf"), "dwarf");
    EXPECT_EQ(boundary_of("multipart/x-mixed-replace; a=b ;  Boundary=\"da rf\"; c=d"), "da rf");
    EXPECT_EQ(boundary_of("multipart/x-mixed-replace; boundary=----dwarf; x"), "dwarf");
    EXPECT_EQ(boundary_of("multipart/x-mixed-replace; boundary=\"dwarf"), "dwarf");
    EXPECT_EQ(boundary_of("multipart/x-mixed-replace; boundary="), "");
    EXPECT_EQ(boundary_of("multipart/x-mixed-replace; boundary=a\x01"), "");
    EXPECT_EQ(boundary_of("boundary=dwarf"), "");
    EXPECT_EQ(boundary_of(""), "");
}

TEST(Splitter, GivesAPictureAsSoonAsItIsThere) {
    const std::string jpeg = picture(1);
    for (const std::string& one : {part(jpeg), part_without_length(jpeg)}) {
        int parts = 0;
        PartSplitter splitter(kDwarfType, [&](Bytes) { ++parts; });
        const std::string_view bytes = std::string_view(one).substr(0, one.size() - 2);  // without what comes behind
        splitter.feed(std::as_bytes(std::span(bytes)));
        EXPECT_EQ(parts, 1);
    }
}

TEST(Splitter, CountsWhatItSkips) {
    const Split got = split(kDwarfType, "hello\r\n" + part(picture(1)) + part(picture(2)), 3);
    EXPECT_EQ(got.counts.skipped, 7U);
    EXPECT_EQ(got.counts.parts, 2U);
    EXPECT_EQ(got.counts.all_dropped(), 0U);
}

TEST(Splitter, DoesNotWaitForLengthsOnceTheyLied) {
    std::string first =
        part_with("Content-Length: 1000\r\n", picture(1)) + part_with("Content-Length: 9999\r\n", picture(2));
    int parts = 0;
    PartSplitter splitter(kDwarfType, [&](Bytes) { ++parts; });
    splitter.feed(std::as_bytes(std::span(first)));
    EXPECT_EQ(parts, 2);
    EXPECT_EQ(splitter.counts().wrong_lengths, 1U);
}

// A boundary that was right stops coming: the pictures are found again, by their markers.
TEST(Splitter, FindsPicturesAgainWhenBoundariesChange) {
    SplitLimits limits;
    limits.part = 20'000;
    std::string stream = part(picture(1));
    for (unsigned i = 2; i < 60; ++i) stream += "--another\r\n\r\n" + picture(i) + "\r\n";
    const Split got = split(kDwarfType, stream, 1, limits);
    EXPECT_GT(got.parts.size(), 25U);
    EXPECT_TRUE(got == split(kDwarfType, stream, 0, limits));
    EXPECT_TRUE(got == split(kDwarfType, stream, stream.size(), limits));
}

TEST(Splitter, BeginsAgain) {
    std::vector<std::size_t> sizes;
    PartSplitter splitter(kDwarfType, [&](Bytes jpeg) { sizes.push_back(jpeg.size()); });
    const std::string cut = part(picture(1)).substr(0, 300);
    splitter.feed(std::as_bytes(std::span(cut)));
    splitter.end();
    EXPECT_EQ(splitter.counts().dropped_for(PartDrop::cut_off), 1U);
    splitter.restart("image/jpeg");
    const std::string bare = picture(2);
    splitter.feed(std::as_bytes(std::span(bare)));
    EXPECT_EQ(sizes, std::vector<std::size_t>{bare.size()});
    EXPECT_EQ(splitter.counts().all_dropped(), 0U);
}

// Four thousand pictures whose first segments all end in front of the same nine megabytes of coded data, so that each
// would be looked through to the limit.
TEST(Splitter, SpendsABoundedTimeOnNestedPictures) {
    const std::string head("\n--dwarf\n\n\xFF\xD8\xFF\xE1", 14);
    constexpr std::size_t kHeads = 4000;
    std::string stream;
    for (std::size_t i = 0; i < kHeads; ++i) {
        const std::size_t to_the_end = (kHeads - 1 - i) * 16 + 2;
        stream += head + static_cast<char>(to_the_end >> 8) + static_cast<char>(to_the_end);
    }
    stream += std::string("\xFF\xDA\0\2", 4) + std::string(std::size_t{9} << 20, 'x');
    const Split got = split(kDwarfType, stream, 60'000);
    EXPECT_GE(got.counts.dropped_for(PartDrop::too_large), 5U);
    EXPECT_LE(got.counts.all_dropped(), 50U);
}

TEST(Splitter, PassesOnWhatASinkThrows) {
    PartSplitter splitter(kDwarfType, [](Bytes) { throw std::runtime_error("full"); });
    const std::string stream = part(picture(1));
    EXPECT_THROW(splitter.feed(std::as_bytes(std::span(stream))), std::runtime_error);
    EXPECT_EQ(splitter.counts().parts, 1U);
}

TEST(PartDrops, HaveWords) {
    for (std::size_t i = 0; i < kPartDrops; ++i) EXPECT_NE(words(static_cast<PartDrop>(i)), "?");
    EXPECT_EQ(words(static_cast<PartDrop>(kPartDrops)), "?");
}

}  // namespace
}  // namespace nightstack::io
