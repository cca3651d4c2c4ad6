// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>

#include "io/session/session_scan.h"
#include "tests/io/watch/watched_night.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::fits_bytes;
using test::WatchedNight;
using test::write_bytes;
using testing::ElementsAre;

TEST(WatchOrder, FoundAtOnceAsPeopleCountAndFoldersBehindTheirOwnFiles) {
    WatchedNight night({.notify = false});
    fs::create_directories(night / "night 2/more");
    fs::create_directories(night / "night 10");
    const std::string bytes = fits_bytes(10, 10);
    for (const char* name : {"f_10.fits", "night 10/a.fits", "f_9.fits", "night 2/more/x.fits", "night 2/z.fits",
                             "night 2/B.fits", "F_1.fits"})
        write_bytes(night / name, bytes);
    EXPECT_THAT(night.told_until(1s),
                ElementsAre("added F_1.fits", "added f_9.fits", "added f_10.fits", "added night 2/B.fits",
                            "added night 2/z.fits", "added night 2/more/x.fits", "added night 10/a.fits"));
}

// The time in the name counts before the counter, which began anew at midnight.
TEST(WatchOrder, IsThatOfTheSession) {
    WatchedNight night({.notify = false});
    const std::string bytes = fits_bytes(10, 10);
    for (const char* name :
         {"M 42_15s60_Astro_20251019-000116559_17C.fits", "M 42_15s60_Astro_20251018-235901559_17C.fits",
          "M 42_15s60_Astro_20251019-000046559_16C.fits"})
        write_bytes(night / name, bytes);
    std::vector<std::string> expected;
    const fs::path folder = night.folder();
    const SessionScan found = scan(std::span(&folder, 1));
    for (const fs::path& light : found.sessions.at(0).lights) expected.push_back("added " + light.filename().string());
    ASSERT_EQ(expected.size(), 3u);
    EXPECT_THAT(expected[0], testing::HasSubstr("235901"));
    EXPECT_EQ(night.told_until(1s), expected);
}

TEST(WatchOrder, CompletionComesFirst) {
    for (const bool notify : {false, true}) {
        WatchedNight night({.notify = notify});
        const std::string bytes = fits_bytes(10, 10);
        night.at(1500ms, [&] { write_bytes(night / "c.fits", bytes); });
        night.at(2700ms, [&] { write_bytes(night / "b.fits", bytes.substr(0, 3000)); });
        night.at(3700ms, [&] { write_bytes(night / "a.fits", bytes); });
        night.at(4900ms, [&] { write_bytes(night / "b.fits", bytes); });
        EXPECT_THAT(night.told_until(20s), ElementsAre("added c.fits", "added a.fits", "added b.fits"));
    }
}

TEST(WatchOrder, AThousandAtOnce) {
    WatchedNight night({.notify = true});
    const std::string bytes = fits_bytes(10, 10);
    night.at(10s, [&] {
        for (int i = 0; i < 1000; ++i) {
            const int k = i * 387 % 1000;
            write_bytes(night / ("f_" + std::to_string(k) + (k % 2 == 0 ? ".fits" : ".jpg")), bytes);
        }
    });
    std::vector<std::string> fits, others;
    for (const auto& heard : night.until(30s)) {
        EXPECT_EQ(heard.news.kind, WatchNews::Kind::added);
        (heard.news.name.ends_with(".fits") ? fits : others).push_back(heard.news.name);
    }
    ASSERT_EQ(fits.size(), 500u);
    ASSERT_EQ(others.size(), 500u);
    for (int i = 0; i < 500; ++i) {
        EXPECT_EQ(fits[i], "f_" + std::to_string(2 * i) + ".fits");
        EXPECT_EQ(others[i], "f_" + std::to_string(2 * i + 1) + ".jpg");
    }
}

}  // namespace
}  // namespace nightstack::io
