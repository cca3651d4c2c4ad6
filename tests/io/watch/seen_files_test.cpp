// SPDX-License-Identifier: MIT
// The decision alone: against every history of sizes and times, a file is told when it should be and never twice.
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "io/watch/seen_files.h"

namespace nightstack::io {
namespace {

using namespace std::chrono_literals;

SeenFiles::Time at(std::chrono::milliseconds ms) { return SeenFiles::Time(ms); }

// What a FITS of 100 bytes would say.
std::optional<FileContent> hundred_bytes(FileVersion version) {
    FileContent content{version, {}, false};
    content.completion.state = version.bytes < 100 ? Completeness::growing : Completeness::complete;
    return content;
}

TEST(SeenFiles, RandomHistoriesAreToldAsTheyAre) {
    const WatchOptions options{.folder = "/f"};
    for (unsigned seed = 0; seed < 300; ++seed) {
        std::mt19937 random(seed);
        const std::string name = seed % 2 == 0 ? "a.fits" : "a.png";
        FileVersion now{};
        SeenFiles seen(options, [&](const std::string&) { return hundred_bytes(now); });
        std::optional<FileVersion> last_told;
        FileVersion before{};
        std::chrono::milliseconds since{0};
        for (int step = 0; step < 300; ++step) {
            const auto time = step * 300ms;
            if (random() % 20 == 0) now = {random() % 4 * 50, now.changed_ns + 1};
            if (now != before || step == 0) since = time;
            before = now;
            seen.begin_look();
            const auto news = seen.look(name, now, at(time));
            seen.end_look(true);
            if (news && news->kind != WatchNews::Kind::unfinished) {
                const bool whole = seed % 2 == 0 ? now.bytes >= 100 : now.bytes > 0 && time - since >= options.settle;
                EXPECT_TRUE(whole) << seed << " " << step;
                EXPECT_NE(last_told, now) << seed << " " << step;
                EXPECT_EQ(news->kind == WatchNews::Kind::added, !last_told.has_value());
                last_told = now;
            } else if (last_told != now && now.bytes > 0) {
                // Not told: then it must not be due.
                EXPECT_TRUE(seed % 2 == 0 ? now.bytes < 100 : time - since < options.settle) << seed << " " << step;
            }
            const bool waits = last_told != now;
            EXPECT_EQ(seen.waiting().size(), waits ? 1u : 0u) << seed << " " << step;
            if (waits && seen.next_due() != SeenFiles::Time::max()) {
                EXPECT_LE(seen.next_due(), at(since + 60s));
            }
        }
    }
}

TEST(SeenFiles, WhatWaitsIsDueWhenTimeAloneDecides) {
    const WatchOptions options{.folder = "/f"};
    SeenFiles seen(options, [](const std::string&) { return hundred_bytes({50, 0}); });
    EXPECT_EQ(seen.next_due(), SeenFiles::Time::max());
    seen.look("a.fits", {50, 0}, at(1s));
    seen.look("b.png", {50, 0}, at(2s));
    EXPECT_EQ(seen.next_due(), at(4s));
    EXPECT_TRUE(seen.due(at(3999ms)).empty());
    EXPECT_EQ(seen.due(at(4s)), std::vector<std::string>{"b.png"});
    EXPECT_EQ(seen.look("b.png", {50, 0}, at(4s))->kind, WatchNews::Kind::added);
    EXPECT_EQ(seen.next_due(), at(61s));
    EXPECT_EQ(seen.look("a.fits", {50, 0}, at(61s))->kind, WatchNews::Kind::unfinished);
    EXPECT_TRUE(seen.due(at(1000s)).empty());
    EXPECT_EQ(seen.next_due(), SeenFiles::Time::max());
}

// Between the look and the opening it went on: what was opened counts.
TEST(SeenFiles, TheBytesThatWereAskedCount) {
    const WatchOptions options{.folder = "/f"};
    SeenFiles seen(options, [](const std::string&) { return hundred_bytes({100, 7}); });
    const auto news = seen.look("a.fits", {50, 6}, at(0s));
    ASSERT_TRUE(news);
    EXPECT_EQ(news->bytes, 100u);
    EXPECT_EQ(news->changed_ns, 7);
    EXPECT_FALSE(seen.look("a.fits", {100, 7}, at(1s)));
}

// Who cannot open a file says why when he reads it; here it must only not get lost.
TEST(SeenFiles, WhatCannotBeOpenedIsToldWhenItStandsStill) {
    const WatchOptions options{.folder = "/f"};
    SeenFiles seen(options, [](const std::string&) { return std::nullopt; });
    EXPECT_FALSE(seen.look("a.fits", {50, 6}, at(0s)));
    EXPECT_TRUE(seen.look("a.fits", {50, 6}, at(2s)));
}

}  // namespace
}  // namespace nightstack::io
