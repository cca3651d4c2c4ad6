// SPDX-License-Identifier: MIT
// The folder itself goes and comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "pipeline/core/error.h"
#include "tests/io/watch/watched_night.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::append_bytes;
using test::fits_bytes;
using test::WatchedNight;
using test::write_bytes;
using testing::ElementsAre;

class Away : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Watch, Away, testing::Bool(), [](const auto& p) { return p.param ? "notified" : "looking"; });

TEST_P(Away, IsSaidOnceAndNothingIsLostOrToldTwice) {
    WatchedNight night({.notify = GetParam()});
    const std::string bytes = fits_bytes(40, 40);
    const fs::path elsewhere = night.folder().string() + "-pulled";
    write_bytes(night / "a.fits", bytes);
    write_bytes(night / "b.fits", bytes.substr(0, 3000));
    night.at(8500ms, [&] { write_bytes(night / "z.png", "picture"); });
    night.at(10s, [&] { fs::rename(night.folder(), elsewhere); });
    night.at(20s, [&] {
        EXPECT_TRUE(night.watch().is_away());
        EXPECT_THAT(night.watch().waiting(), ElementsAre("b.fits", "z.png"));
        append_bytes(elsewhere / "b.fits", bytes.substr(3000));
        write_bytes(elsewhere / "c.fits", bytes);
        // A card may say other times when it is mounted again.
        fs::last_write_time(elsewhere / "a.fits", fs::last_write_time(elsewhere / "a.fits") + 2h);
    });
    night.at(30s, [&] { fs::rename(elsewhere, night.folder()); });
    night.at(40s, [&] { write_bytes(night / "d.fits", bytes); });
    EXPECT_THAT(night.told_until(60s), ElementsAre("added a.fits", "away", "back", "added b.fits", "added c.fits",
                                                   "added z.png", "added d.fits"));
    EXPECT_FALSE(night.watch().is_away());
}

TEST_P(Away, AFolderMadeAnewIsWatchedOn) {
    WatchedNight night({.notify = GetParam()});
    write_bytes(night / "a.fits", fits_bytes(10, 10));
    night.at(5s, [&] { fs::remove_all(night.folder()); });
    night.at(10s, [&] { fs::create_directories(night / "sub"); });
    night.at(20s, [&] { write_bytes(night / "sub/b.fits", fits_bytes(10, 10)); });
    const auto heard = night.until(30s);
    ASSERT_EQ(heard.size(), 4u);
    EXPECT_EQ(heard[1].news.kind, WatchNews::Kind::away);
    EXPECT_EQ(heard[2].news.kind, WatchNews::Kind::back);
    EXPECT_EQ(heard[3].news.name, "sub/b.fits");
    EXPECT_LE(heard[3].at, GetParam() ? 20s : 21s);
}

// What a mount leaves behind is a folder that is there, empty, on another file system. A link stands for the mount.
TEST(AwayMount, AnEmptyFolderOfAnotherFileSystemIsNoFolder) {
    struct Shared {
        std::string path = "/dev/shm/nightstack-test-XXXXXX";
        bool made = ::mkdtemp(path.data()) != nullptr;
        ~Shared() {
            if (made) ::rmdir(path.c_str());
        }
    } mount_point;
    const nightstack::test::TempFolder parent;
    struct stat here {
    }, there{};
    if (!mount_point.made || ::stat(parent.path().c_str(), &here) != 0 ||
        ::stat(mount_point.path.c_str(), &there) != 0 || here.st_dev == there.st_dev)
        GTEST_SKIP() << "needs /dev/shm beside another file system";
    WatchedNight night;
    const fs::path medium = parent / "medium";
    fs::create_directory(medium);
    write_bytes(medium / "a.fits", fits_bytes(10, 10));
    const auto mount = [&](const fs::path& what) {
        fs::remove_all(night.folder());
        fs::create_directory_symlink(what, night.folder());
    };
    mount(medium);
    night.at(5s, [&] { mount(mount_point.path); });
    night.at(15s, [&] { mount(medium); });
    night.at(20s, [&] { write_bytes(medium / "b.fits", fits_bytes(10, 10)); });
    EXPECT_THAT(night.told_until(30s), ElementsAre("added a.fits", "away", "back", "added b.fits"));
}

TEST(AwayMount, AFolderThatWasNeverThereIsAnError) {
    EXPECT_THROW(FolderWatch({.folder = "/nonexistent/folder"}), IoError);
    EXPECT_THROW(FolderWatch({.folder = "/proc/self/status"}), IoError);
    EXPECT_THROW(FolderWatch(WatchOptions{}), OptionError);
}

}  // namespace
}  // namespace nightstack::io
