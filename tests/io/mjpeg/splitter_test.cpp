// SPDX-License-Identifier: MIT
#include "io/mjpeg/part_splitter.h"

#include <gtest/gtest.h>

#include <chrono>

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

// Broken pictures nested so that each is looked through to the limit, and each begins a few bytes behind the last.
TEST(Splitter, SpendsABoundedTimeOnNestedPictures) {
    std::string stream;
    while (stream.size() < (std::size_t{12} << 20)) stream += std::string("\n--dwarf\n\n\xFF\xD8\xFF\xE1\xFF\xEE", 16);
    const auto begin = std::chrono::steady_clock::now();
    const Split got = split(kDwarfType, stream, 60'000);
    EXPECT_GT(got.counts.all_dropped(), 10U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
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
