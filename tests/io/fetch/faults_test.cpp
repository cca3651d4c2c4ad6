// SPDX-License-Identifier: MIT
// A bad way and a card that changes under one's hands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "io/fetch/fetcher.h"
#include "tests/io/fetch/memory_card.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io::test {
namespace {

using nightstack::test::TempFolder;
using testing::HasSubstr;
using namespace std::chrono_literals;

const std::string kFile = "Astronomy/night/0000.fits";

struct FaultsTest : testing::Test {
    FetchResult fetch(const std::filesystem::path& to) {
        told = {};
        options.to = to;
        options.reserve_bytes = 0;
        return Fetcher(card.connector(), options, told.watcher(), time.clock()).once({});
    }
    FetchResult fetch() { return fetch(temp / "mirror"); }
    std::string mirrored(const std::string& name = kFile) { return everything_below(temp / "mirror")[name]; }

    TempFolder temp;
    MemoryCard card;
    TestTime time;
    FetchOptions options;
    Told told;
};

TEST_F(FaultsTest, TwoHundredCutsSendLessThanATwentiethAgain) {
    const std::string bytes = fits_bytes(1000, 1000, 3);
    card.files[kFile] = {bytes};
    std::mt19937_64 random(1);
    std::uint64_t wanted = 0;
    int resumed = 0;
    for (int i = 0; i < 200; ++i) {
        const std::filesystem::path to = temp / "cut";
        card.lost_after = random() % bytes.size();
        const FetchResult result = fetch(to);
        ASSERT_EQ(result.failed + result.left, 0U) << result.why;
        resumed += static_cast<int>(result.resumed);
        ASSERT_EQ(everything_below(to)[kFile], bytes) << "cut " << i;
        wanted += bytes.size();
        std::filesystem::remove_all(to);
    }
    EXPECT_GT(resumed, 195);  // all but those cut before the first byte
    EXPECT_GT(card.sent, wanted);
    EXPECT_LT(static_cast<double>(card.sent - wanted), 0.05 * static_cast<double>(wanted));
    RecordProperty("sent_again_permille", static_cast<int>((card.sent - wanted) * 1000 / wanted));
}

TEST_F(FaultsTest, AScopeGoneForThirtySecondsIsWaitedFor) {
    card.files[kFile] = {fits_bytes(1000, 1000, 3)};
    card.reading = [&](const std::string&, std::uint64_t at) {
        if (at > 900'000 && card.connections == 1) card.gone = true;
    };
    time.at(30s, [&] { card.gone = false; });
    const FetchResult result = fetch();
    EXPECT_EQ(result.resumed, 1U) << result.why;
    EXPECT_EQ(mirrored(), card.files[kFile].bytes);
    EXPECT_GE(time.now(), 30s);
    EXPECT_LE(time.now(), 35s);
    EXPECT_THAT(told.notices, testing::Contains(HasSubstr("waiting for the scope")));
    EXPECT_THAT(told.notices, testing::Contains(HasSubstr("is back")));
}

TEST_F(FaultsTest, AScopeGoneForGoodEndsIt) {
    card.files[kFile] = {fits_bytes(1000, 1000, 3)};
    card.files["Astronomy/night/0001.fits"] = {fits_bytes(100, 100, 4)};
    card.reading = [&](const std::string&, std::uint64_t at) { card.gone = at > 900'000; };
    options.away = 20s;
    const FetchResult result = fetch();
    EXPECT_EQ(result.ending, FetchResult::Ending::scope_lost);
    EXPECT_EQ(result.failed, 2U);
    EXPECT_EQ(result.left, 0U);
    EXPECT_THAT(result.why, HasSubstr("away for"));
    EXPECT_LE(time.now(), 25s);
}

TEST_F(FaultsTest, ACardRemovedInMidReadIsMissing) {
    card.files[kFile] = {fits_bytes(1000, 1000, 3)};
    card.files["Astronomy/night/0001.fits"] = {fits_bytes(100, 100, 4)};
    card.reading = [&](const std::string&, std::uint64_t at) { card.removed = at > 900'000; };
    const FetchResult result = fetch();
    EXPECT_EQ(result.ending, FetchResult::Ending::done);
    EXPECT_EQ(result.failed, 2U);
    EXPECT_THAT(told.find(kFile)->why, HasSubstr("missing"));
    card.removed = false;
    card.reading = {};
    EXPECT_EQ(fetch().failed, 0U);
    EXPECT_EQ(mirrored(), card.files[kFile].bytes);
}

TEST_F(FaultsTest, AFileThatVanishesIsMissingAndTheOthersCome) {
    card.files[kFile] = {fits_bytes(1000, 1000, 3)};
    card.files["Astronomy/night/0001.fits"] = {fits_bytes(100, 100, 4)};
    card.reading = [&](const std::string& path, std::uint64_t at) {
        if (path == kFile && at > 900'000) card.files.erase(kFile);
    };
    const FetchResult result = fetch();
    EXPECT_EQ(result.failed, 1U);
    EXPECT_EQ(result.fresh, 1U);
    EXPECT_THAT(told.find(kFile)->why, HasSubstr("missing"));
}

TEST_F(FaultsTest, AFrameThatIsStillWrittenIsWaitedFor) {
    const std::string whole = fits_bytes(1000, 1000, 3);
    card.files[kFile] = {whole.substr(0, 700'000)};
    time.at(1500ms, [&] { card.files[kFile] = {whole.substr(0, 1'400'000), 1'700'000'002}; });
    time.at(3s, [&] { card.files[kFile] = {whole, 1'700'000'003}; });
    const FetchResult result = fetch();
    EXPECT_EQ(result.fresh, 1U) << result.why;
    EXPECT_EQ(mirrored(), whole);
    EXPECT_LT(card.sent, whole.size() + 400'000);  // what was here was not fetched again
}

TEST_F(FaultsTest, AFrameThatNeverEndsFailsInWordsAndIsNotPublished) {
    card.files[kFile] = {fits_bytes(1000, 1000, 3).substr(0, 700'000)};
    const FetchResult result = fetch();
    EXPECT_EQ(result.failed, 1U);
    EXPECT_THAT(told.find(kFile)->why, HasSubstr("still being written"));
    EXPECT_EQ(mirrored(), "");
    EXPECT_LE(time.now(), 15s);
}

// The header's cards in it: no frame of half old and half new bytes.
TEST_F(FaultsTest, AFileThatIsReplacedWhileReadIsFetchedAgain) {
    card.files[kFile] = {fits_bytes(1000, 1000, 3)};
    const std::string other = fits_bytes(1000, 1000, 4);
    card.reading = [&](const std::string&, std::uint64_t at) {
        if (at > 900'000) card.files[kFile] = {other, 1'700'000'009};
    };
    EXPECT_EQ(fetch().fresh, 1U);
    EXPECT_EQ(mirrored(), other);
}

TEST_F(FaultsTest, AFileThatShrinksIsFetchedAgain) {
    card.files[kFile] = {fits_bytes(1000, 1000, 3)};
    const std::string smaller = fits_bytes(500, 500, 4);
    card.reading = [&](const std::string&, std::uint64_t at) {
        if (at > 900'000) card.files[kFile] = {smaller, 1'700'000'009};
    };
    EXPECT_EQ(fetch().fresh, 1U);
    EXPECT_EQ(mirrored(), smaller);
}

TEST_F(FaultsTest, AFileThatChangesWithoutEndDoesNotHangAnything) {
    card.files[kFile] = {fits_bytes(100, 100, 3)};
    std::int64_t changes = 0;
    card.reading = [&](const std::string&, std::uint64_t) { card.files[kFile].modified_s = 1'700'000'000 + ++changes; };
    const FetchResult result = fetch();
    EXPECT_EQ(result.failed, 1U);
    EXPECT_THAT(told.find(kFile)->why, HasSubstr("changes while it is read"));
}

TEST_F(FaultsTest, AWayThatBreaksAtEachReadDoesNotHangAnything) {
    card.files[kFile] = {fits_bytes(100, 100, 3)};
    card.files["Astronomy/night/0001.fits"] = {fits_bytes(100, 100, 4)};
    card.reading = [&](const std::string& path, std::uint64_t) {
        if (path == kFile) card.lost_after = 0;
    };
    const FetchResult result = fetch();
    EXPECT_EQ(result.failed, 1U);
    EXPECT_EQ(result.fresh, 1U);
}

// Each connection gives a few bytes: as good as none.
TEST_F(FaultsTest, AWayThatGivesAFewBytesAtATimeDoesNotHangAnything) {
    card.files[kFile] = {fits_bytes(400, 400, 3)};
    card.files["Astronomy/night/0001.fits"] = {fits_bytes(100, 100, 4)};
    std::uint64_t seen = 0;
    card.reading = [&](const std::string& path, std::uint64_t at) {
        if (path == kFile && at >= seen) card.lost_after = 8;  // the ends that are compared come through
        seen = std::max(seen, at);
    };
    const FetchResult result = fetch();
    EXPECT_EQ(result.failed, 1U);
    EXPECT_EQ(result.fresh, 1U);
    EXPECT_THAT(told.find(kFile)->why, HasSubstr("the connection ends whenever"));
    EXPECT_LT(card.connections, 30);
}

// No FITS: only two equal listings tell that it is whole.
TEST_F(FaultsTest, OtherFilesNeedTwoEqualListings) {
    const std::string name = "Astronomy/night/stacked.jpg";
    card.files[name] = {"half"};
    time.at(1s, [&] { card.files[name] = {"half and a half", 1'700'000'001}; });
    EXPECT_EQ(fetch().fresh, 1U);
    EXPECT_EQ(mirrored(name), "half and a half");
    EXPECT_GE(time.now(), 3s);
}

TEST_F(FaultsTest, WhatIsNoFitsInAFitsNameIsNotPublished) {
    card.files[kFile] = {noise(10'000, 1)};
    const FetchResult result = fetch();
    EXPECT_EQ(result.failed, 1U);
    EXPECT_THAT(told.find(kFile)->why, HasSubstr("not a FITS file"));
    EXPECT_EQ(mirrored(), "");
}

}  // namespace
}  // namespace nightstack::io::test
