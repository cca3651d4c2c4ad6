// SPDX-License-Identifier: MIT
// When a file counts as complete: by looking alone, and with the kernel's news.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

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
using testing::IsEmpty;

class Complete : public testing::TestWithParam<bool> {
protected:
    static WatchOptions options() { return {.notify = GetParam()}; }
};
INSTANTIATE_TEST_SUITE_P(Watch, Complete, testing::Bool(),
                         [](const auto& p) { return p.param ? "notified" : "looking"; });

TEST_P(Complete, AFitsWhenItsSizeIsWhatItsHeaderImplies) {
    WatchedNight night(options());
    const std::string all = fits_bytes(100, 100);
    for (int i = 0; i < 10; ++i) {  // ten pieces, one and a half seconds apart, each by a writer of its own
        const std::size_t from = all.size() * i / 10, to = all.size() * (i + 1) / 10;
        night.at(100ms + i * 1500ms, [&, from, to] { append_bytes(night / "a.fits", all.substr(from, to - from)); });
    }
    const auto heard = night.until(30s);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].news.kind, WatchNews::Kind::added);
    EXPECT_EQ(heard[0].news.name, "a.fits");
    EXPECT_EQ(heard[0].news.path, night / "a.fits");
    EXPECT_EQ(heard[0].news.bytes, all.size());
    EXPECT_GE(heard[0].at, 13600ms);
    EXPECT_LE(heard[0].at, GetParam() ? 13600ms : 14600ms);
}

TEST_P(Complete, AnyOtherFileWhenItHasStoodStill) {
    WatchedNight night(options());
    night.at(100ms, [&] { write_bytes(night / "a.png", "one"); });
    night.at(1900ms, [&] { append_bytes(night / "a.png", "two"); });
    night.at(3700ms, [&] { append_bytes(night / "a.png", "three"); });
    const auto heard = night.until(30s);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].news.bytes, 11u);
    EXPECT_GE(heard[0].at, 5700ms);
    EXPECT_LE(heard[0].at, 6800ms);
}

TEST_P(Complete, TemporaryAndHiddenNamesAreNeverToldAndTheNameTheyGetIs) {
    WatchedNight night(options());
    fs::create_directory(night / ".cache");
    write_bytes(night / ".cache/a.fits", fits_bytes(10, 10));
    for (const char* name : {".a.fits.12-3.nightstack.part", "b.fits.part", "c.fits.tmp", ".d.fits", "e.fits~"})
        write_bytes(night / name, fits_bytes(10, 10));
    night.at(5s, [&] { fs::rename(night / ".a.fits.12-3.nightstack.part", night / "a.fits"); });
    night.at(8s, [&] { fs::rename(night / "b.fits.part", night / "b.fits"); });
    const auto heard = night.until(30s);
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0].news.name, "a.fits");
    EXPECT_LE(heard[0].at, GetParam() ? 5s : 6s);
    EXPECT_EQ(heard[1].news.name, "b.fits");
    EXPECT_LE(heard[1].at, GetParam() ? 8s : 9s);
}

TEST_P(Complete, WhatChangesAfterwardsIsToldAsChangedOnce) {
    WatchedNight night(options());
    night.at(100ms, [&] { write_bytes(night / "a.fits", fits_bytes(10, 10)); });
    night.at(10s, [&] { append_bytes(night / "a.fits", std::string(2880, '\0')); });
    EXPECT_THAT(night.told_until(60s), ElementsAre("added a.fits", "changed a.fits"));
    const auto later = fs::last_write_time(night / "a.fits") + 1h;
    night.at(70s, [&] { fs::last_write_time(night / "a.fits", later); });
    EXPECT_THAT(night.told_until(120s), ElementsAre("changed a.fits"));
}

// cp -p and its like give the copy the original's time when it is whole.
TEST_P(Complete, ATimeThatGoesBackIsNoChange) {
    WatchedNight night(options());
    night.at(100ms, [&] { write_bytes(night / "a.fits", fits_bytes(10, 10)); });
    night.at(10s, [&] { fs::last_write_time(night / "a.fits", fs::last_write_time(night / "a.fits") - 48h); });
    EXPECT_THAT(night.told_until(60s), ElementsAre("added a.fits"));
}

TEST_P(Complete, WhatIsRemovedBeforeItWasCompleteIsForgotten) {
    WatchedNight night(options());
    night.at(100ms, [&] { write_bytes(night / "a.fits", fits_bytes(10, 10).substr(0, 2900)); });
    night.at(200ms, [&] { write_bytes(night / "b.png", "b"); });
    night.at(1500ms, [&] {
        EXPECT_THAT(night.watch().waiting(), ElementsAre("a.fits", "b.png"));
        EXPECT_THAT(night.watch().never_told(), ElementsAre("a.fits", "b.png"));
        fs::remove(night / "a.fits");
        fs::remove(night / "b.png");
    });
    EXPECT_THAT(night.told_until(10s), IsEmpty());
    EXPECT_THAT(night.watch().waiting(), IsEmpty());
    night.at(11s, [&] { write_bytes(night / "a.fits", fits_bytes(10, 10)); });
    EXPECT_THAT(night.told_until(20s), ElementsAre("added a.fits"));
}

TEST_P(Complete, WhatEndsTooEarlyIsSaidOnceAndAddedWhenItGoesOn) {
    WatchedNight night(options());
    const std::string all = fits_bytes(50, 50);
    night.at(100ms, [&] { write_bytes(night / "a.fits", all.substr(0, 4000)); });
    night.at(200ms, [&] { write_bytes(night / "b.png", ""); });
    EXPECT_THAT(night.told_until(59s), IsEmpty());
    const auto heard = night.until(500s);
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_EQ(heard[0].news.kind, WatchNews::Kind::unfinished);
    EXPECT_EQ(heard[0].news.name, "a.fits");
    EXPECT_THAT(heard[0].news.text, testing::HasSubstr("4000 bytes"));
    EXPECT_EQ(heard[1].news.name, "b.png");
    EXPECT_THAT(night.watch().waiting(), ElementsAre("a.fits", "b.png"));
    night.at(600s, [&] { append_bytes(night / "a.fits", all.substr(4000)); });
    EXPECT_THAT(night.told_until(700s), ElementsAre("added a.fits"));
}

TEST_P(Complete, AFileWhoseRoomIsReservedFirstMustStandStill) {
    WatchedNight night(options());
    const std::string all = fits_bytes(100, 100);
    const std::size_t half = all.size() / 2;
    night.at(100ms, [&] {
        write_bytes(night / "a.fits", all.substr(0, half));
        fs::resize_file(night / "a.fits", all.size());
    });
    night.at(1500ms, [&] { write_bytes(night / "a.fits", all); });
    const auto heard = night.until(10s);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_GE(heard[0].at, 1500ms);
}

TEST_P(Complete, ABrokenFitsIsToldWhenItStandsStill) {
    WatchedNight night(options());
    night.at(100ms, [&] { write_bytes(night / "a.fits", std::string(5760, 'x')); });
    const auto heard = night.until(10s);
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(heard[0].news.kind, WatchNews::Kind::added);
    EXPECT_GE(heard[0].at, 2100ms);
}

TEST_P(Complete, WhatAnEarlierRunWasToldIsNotToldUnlessItChanged) {
    WatchedNight night(options());
    write_bytes(night / "a.fits", fits_bytes(10, 10));
    write_bytes(night / "b.fits", fits_bytes(100, 100));
    write_bytes(night / "c.fits", fits_bytes(10, 10));
    night.watch().know("a.fits", fits_bytes(10, 10).size());
    night.watch().know("b.fits", fits_bytes(10, 10).size());
    night.watch().know("gone.fits", 1);
    EXPECT_THAT(night.told_until(10s), ElementsAre("changed b.fits", "added c.fits"));
    const auto later = fs::last_write_time(night / "a.fits") + 1s;
    night.at(11s, [&] { fs::last_write_time(night / "a.fits", later); });
    EXPECT_THAT(night.told_until(20s), ElementsAre("changed a.fits"));
}

}  // namespace
}  // namespace nightstack::io
