// SPDX-License-Identifier: MIT
// The kernel's news: what they add, that their limits only cost time, and the real clock with writers beside it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

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

WatchOptions rarely_looking() { return {.look = 600s, .notify = true}; }

TEST(Notified, RenamedFilesOfAnyKindAreToldAtOnce) {
    WatchedNight night(rarely_looking());
    fs::create_directory(night / "sub");
    night.at(1s, [&] { write_bytes(night / "a.png.part", "picture"); });
    night.at(2s, [&] { fs::rename(night / "a.png.part", night / "sub/a.png"); });
    const auto heard = night.until(3s);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].news.name, "sub/a.png");
    EXPECT_EQ(heard[0].at, 2s);
}

TEST(Notified, NewFoldersAndWhatIsMadeInThemAtOnce) {
    WatchedNight night(rarely_looking());
    night.at(1s, [&] {
        fs::create_directories(night / "a/b");
        write_bytes(night / "a/b/1.fits", fits_bytes(10, 10));
    });
    night.at(2s, [&] { write_bytes(night / "a/b/2.fits", fits_bytes(10, 10)); });
    night.at(3s, [&] { fs::rename(night / "a/b", night / "c"); });
    night.at(4s, [&] { write_bytes(night / "c/3.fits", fits_bytes(10, 10)); });
    std::vector<std::string> told;
    for (const auto& heard : night.until(5s)) told.push_back(std::to_string(heard.at / 1s) + " " + heard.news.name);
    EXPECT_THAT(told, ElementsAre("1 a/b/1.fits", "2 a/b/2.fits", "3 c/1.fits", "3 c/2.fits", "4 c/3.fits"));
}

// The size may be right long before the last byte is: while somebody writes, it must stand still.
TEST(Notified, WhoWritesIsWaitedFor) {
    WatchedNight night(rarely_looking());
    const std::string all = fits_bytes(100, 100);
    int fd = -1;
    night.at(1s, [&] {
        fd = ::open((night / "a.fits").c_str(), O_CREAT | O_WRONLY, 0644);
        ASSERT_EQ(::pwrite(fd, all.data(), all.size(), 0), static_cast<ssize_t>(all.size()));
    });
    night.at(2s, [&] { ASSERT_EQ(::pwrite(fd, "/", 1, 4000), 1); });
    night.at(2500ms, [&] { ::close(fd); });
    night.at(10s, [&] {
        fd = ::open((night / "b.fits").c_str(), O_CREAT | O_WRONLY, 0644);
        ASSERT_EQ(::pwrite(fd, all.data(), all.size(), 0), static_cast<ssize_t>(all.size()));
    });
    const auto heard = night.until(20s);
    ::close(fd);
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0].at, 2500ms);
    EXPECT_EQ(heard[1].news.name, "b.fits");  // and who never closes is waited for no longer than others
    EXPECT_GE(heard[1].at, 12s);
    EXPECT_LE(heard[1].at, 13s);
}

TEST(Notified, NewsThatAreLostAreMadeUpForByLooking) {
    WatchedNight night(rarely_looking());
    night.at(1s, [&] {
        for (int i = 0; i < 9000; ++i) {  // the kernel keeps 16384 of them
            const int fd = ::open((night / ".x").c_str(), O_CREAT | O_WRONLY, 0600);
            ::close(fd);
            ::unlink((night / ".x").c_str());
        }
        write_bytes(night / "a.fits", fits_bytes(10, 10));
    });
    EXPECT_THAT(night.told_until(2s), ElementsAre("added a.fits"));
}

// The limit of descriptors is what inotify_init gives EMFILE for, as it does for its own.
TEST(Notified, WithoutNewsLookingFindsAll) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int next = ::dup(0);
    ::close(next);
    rlimit few = before;
    few.rlim_cur = static_cast<rlim_t>(next);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
    Notifier starved(10);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_EQ(starved.descriptor(), -1);
    EXPECT_THAT(starved.why_not(), HasSubstr("Too many open files"));
    EXPECT_TRUE(starved.read().empty());
    starved.follow(0, "");
    starved.end_look();
}

TEST(Notified, FoldersBeyondTheLimitAreLookedAt) {
    WatchedNight night({.notify = true, .notified_folders = 2});
    for (const char* folder : {"a", "b", "c"}) fs::create_directory(night / folder);
    const auto first = night.until(1500ms);
    ASSERT_EQ(first.size(), 1u);
    EXPECT_THAT(first[0].news.text, HasSubstr("looking alone"));
    EXPECT_FALSE(night.watch().is_notified());
    for (const char* folder : {"a", "b", "c"})
        night.at(5s, [&, folder] { write_bytes(night / folder / "x.fits", fits_bytes(10, 10)); });
    const auto heard = night.until(7s);
    EXPECT_EQ(heard.size(), 3u);
    for (const auto& h : heard) EXPECT_LE(h.at, 6s);
}

TEST(Notified, NoNoticeWhenNewsAreNotWanted) {
    WatchedNight night({.notify = false});
    EXPECT_TRUE(night.told_until(5s).empty());
    EXPECT_FALSE(night.watch().is_notified());
}

// Real time, a writer in pieces and one who renames; every file is told once, whole.
TEST(WatchRealTime, WritersBesideIt) {
    constexpr int kFiles = 60;
    const nightstack::test::TempFolder folder;
    fs::create_directory(folder / "renamed");
    const std::string all = fits_bytes(300, 200);
    std::jthread pieces([&] {
        for (int i = 0; i < kFiles; ++i) {
            const int fd = ::open((folder / ("p_" + std::to_string(i) + ".fits")).c_str(), O_CREAT | O_WRONLY, 0644);
            for (std::size_t at = 0; at < all.size();) {
                const std::size_t n = std::min<std::size_t>(all.size() - at, 7000);
                if (::write(fd, all.data() + at, n) != static_cast<ssize_t>(n)) break;
                at += n;
                std::this_thread::yield();
            }
            ::close(fd);
        }
    });
    std::jthread renames([&] {
        for (int i = 0; i < kFiles; ++i) {
            const std::string name = "r_" + std::to_string(i) + ".png";
            write_bytes(folder / ("renamed/" + name + ".tmp"), all);
            fs::rename(folder / ("renamed/" + name + ".tmp"), folder / ("renamed/" + name));
        }
    });
    FolderWatch watch({.folder = folder.path(), .look = 200ms, .settle = 500ms});
    std::stop_source stop;
    std::jthread limit([&](const std::stop_token& done) {
        for (int i = 0; i < 600 && !done.stop_requested(); ++i) std::this_thread::sleep_for(50ms);
        stop.request_stop();
    });
    std::map<std::string, int> told;
    while (told.size() < 2 * kFiles) {
        const auto news = watch.next(stop.get_token());
        if (!news) break;
        EXPECT_EQ(news->kind, WatchNews::Kind::added) << news->name << " " << news->text;
        EXPECT_EQ(news->bytes, all.size()) << news->name;
        EXPECT_EQ(++told[news->name], 1) << news->name;
    }
    EXPECT_EQ(told.size(), 2u * kFiles);
    EXPECT_FALSE(watch.poll().has_value());
}

TEST(WatchRealTime, AStopEndsTheWait) {
    const nightstack::test::TempFolder folder;
    for (const bool notify : {false, true}) {
        FolderWatch watch({.folder = folder.path(), .look = 3600s, .notify = notify});
        std::stop_source stop;
        std::jthread later([&] {
            std::this_thread::sleep_for(50ms);
            stop.request_stop();
        });
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_FALSE(watch.next(stop.get_token()).has_value());
        EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    }
}

}  // namespace
}  // namespace nightstack::io
