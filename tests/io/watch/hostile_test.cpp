// SPDX-License-Identifier: MIT
// Links, depth, too many, pipes, odd names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>

#include "tests/io/watch/watched_night.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::fits_bytes;
using test::WatchedNight;
using test::write_bytes;
using testing::ElementsAre;
using testing::HasSubstr;

class Hostile : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Watch, Hostile, testing::Bool(),
                         [](const auto& p) { return p.param ? "notified" : "looking"; });

TEST_P(Hostile, LinksAreNotFollowed) {
    const nightstack::test::TempFolder outside;
    write_bytes(outside / "secret.fits", fits_bytes(10, 10));
    WatchedNight night({.notify = GetParam()});
    fs::create_symlink(outside / "secret.fits", night / "link.fits");
    fs::create_directory_symlink(outside.path(), night / "folder");
    fs::create_directory_symlink(night.folder(), night / "loop");
    fs::create_directory(night / "sub");
    write_bytes(night / "sub/a.fits", fits_bytes(10, 10));
    const auto heard = night.until(5s);
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_THAT(heard[0].news.text, HasSubstr("not followed"));
    EXPECT_EQ(heard[1].news.name, "sub/a.fits");
    // A folder that is exchanged for a link afterwards leads nowhere either.
    night.at(6s, [&] {
        fs::remove_all(night / "sub");
        fs::create_directory_symlink(outside.path(), night / "sub");
    });
    night.at(7s, [&] { write_bytes(outside / "b.fits", fits_bytes(10, 10)); });
    EXPECT_THAT(night.told_until(20s), testing::IsEmpty());
}

// Between two looks at everything files are opened by their names.
TEST(HostileName, ALinkOnTheWayToAFileIsNotFollowed) {
    const nightstack::test::TempFolder outside;
    write_bytes(outside / "a.png", "secret!");
    WatchedNight night({.look = 600s, .notify = false});
    fs::create_directory(night / "sub");
    write_bytes(night / "sub/a.png", "picture");
    fs::last_write_time(outside / "a.png", fs::last_write_time(night / "sub/a.png"));
    night.at(1s, [&] {
        fs::remove_all(night / "sub");
        fs::create_directory_symlink(outside.path(), night / "sub");
    });
    EXPECT_THAT(night.told_until(20s), testing::IsEmpty());
}

TEST_P(Hostile, WhatLiesTooDeepIsSaid) {
    WatchedNight night({.depth = 2, .notify = GetParam()});
    fs::create_directories(night / "1/2/3/4");
    write_bytes(night / "1/2/a.fits", fits_bytes(10, 10));
    write_bytes(night / "1/2/3/b.fits", fits_bytes(10, 10));
    const auto heard = night.until(10s);
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_THAT(heard[0].news.text, HasSubstr("1/2/3 lies more than 2 folders down"));
    EXPECT_EQ(heard[1].news.name, "1/2/a.fits");
}

TEST_P(Hostile, TooManyAreSaidOnceAndTheRestIsWatched) {
    WatchedNight night({.entries = 20, .notify = GetParam()});
    for (int i = 0; i < 50; ++i) write_bytes(night / ("f_" + std::to_string(i) + ".fits"), fits_bytes(10, 10));
    std::size_t added = 0;
    std::vector<std::string> notices;
    for (const auto& heard : night.until(100s)) {
        added += heard.news.kind == WatchNews::Kind::added ? 1 : 0;
        if (heard.news.kind == WatchNews::Kind::notice) notices.push_back(heard.news.text);
    }
    EXPECT_EQ(added, 20u);
    EXPECT_THAT(notices, ElementsAre(HasSubstr("more than 20 files")));
}

// A folder that is emptied by somebody as it fills never holds many; what is gone makes room.
TEST_P(Hostile, FilesThatAreGoneMakeRoom) {
    WatchedNight night({.entries = 20, .notify = GetParam()});
    for (int i = 0; i < 60; ++i) {
        night.at(i * 5s, [&, i] {
            fs::remove(night / ("f_" + std::to_string(i - 5) + ".fits"));
            write_bytes(night / ("f_" + std::to_string(i) + ".fits"), fits_bytes(10, 10));
        });
    }
    std::size_t added = 0;
    for (const auto& heard : night.until(400s)) added += heard.news.kind == WatchNews::Kind::added ? 1 : 0;
    EXPECT_EQ(added, 60u);
}

TEST_P(Hostile, PipesAndOddNames) {
    WatchedNight night({.notify = GetParam()});
    ASSERT_EQ(::mkfifo((night / "pipe.fits").c_str(), 0600), 0);
    const std::string odd = "a\n\x1b[31m\xff.fits";
    write_bytes(night / odd, fits_bytes(10, 10).substr(0, 3000));
    const auto heard = night.until(100s);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].news.name, odd);
    EXPECT_EQ(heard[0].news.text.find('\x1b'), std::string::npos);
    EXPECT_EQ(heard[0].news.text.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace nightstack::io
