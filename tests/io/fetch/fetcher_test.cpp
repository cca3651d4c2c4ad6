// SPDX-License-Identifier: MIT
#include "io/fetch/fetcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "io/files/sha256.h"
#include "tests/io/fetch/memory_card.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io::test {
namespace {

using nightstack::test::TempFolder;
using testing::HasSubstr;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct FetcherTest : testing::Test {
    FetchResult fetch(const std::stop_token& stop = {}) {
        told = {};
        options.to = temp / "mirror";
        options.reserve_bytes = 0;
        return Fetcher(card.connector(), options, told.watcher(), time.clock()).once(stop);
    }
    fs::path here(const std::string& name) const { return temp / "mirror" / name; }
    std::string content(const std::string& name) const { return everything_below(temp / "mirror")[name]; }
    // Everything of the card that is wanted is here, whole, and nothing else but the record.
    void expect_mirrored() const {
        auto found = everything_below(temp / "mirror");
        for (const auto& [name, file] : card.files) EXPECT_EQ(found[name], file.bytes) << name;
        std::erase_if(found, [](const auto& f) { return f.second == "folder" || f.first == ".nightstack-mirror"; });
        EXPECT_EQ(found.size(), card.files.size());
    }

    TempFolder temp;
    MemoryCard card;
    TestTime time;
    FetchOptions options;
    Told told;
};

TEST_F(FetcherTest, FirstAllIsNewThenAllIsSame) {
    add_session(card, kNight, 5);
    card.files["DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/0000.fits"] = {fits_bytes(40, 30, 99)};
    const FetchResult first = fetch();
    EXPECT_EQ(first.ending, FetchResult::Ending::done) << first.why;
    EXPECT_EQ(first.fresh, card.files.size());
    EXPECT_EQ(first.failed + first.same + first.resumed + first.left, 0U);
    expect_mirrored();
    EXPECT_EQ(told.files.size(), card.files.size());
    EXPECT_EQ(told.plan->wanted, card.files.size());
    for (const FileOutcome& file : told.files) {
        Sha256 sum;
        sum.add(card.files[file.name].bytes);
        EXPECT_EQ(file.sha256, sum.hex());
        EXPECT_EQ(file.bytes, card.files[file.name].bytes.size());
    }
    const auto sent = card.sent;
    const auto begin = time.now();
    const FetchResult second = fetch();
    EXPECT_EQ(second.same, card.files.size());
    EXPECT_EQ(second.fresh, 0U);
    EXPECT_EQ(card.sent, sent);    // not a byte
    EXPECT_EQ(time.now(), begin);  // and no wait
    EXPECT_EQ(told.files.size(), card.files.size());
}

TEST_F(FetcherTest, OneSessionOnly) {
    add_session(card, kNight, 2);
    add_session(card, "DWARF_RAW_M2_EXP_15_GAIN_80_2024-01-19-21-04-26-954", 2);
    options.session = kNight;
    EXPECT_EQ(fetch().fresh, 6U);
    EXPECT_FALSE(fs::exists(here("DWARF_II/Astronomy/DWARF_RAW_M2_EXP_15_GAIN_80_2024-01-19-21-04-26-954")));
    options.session = "DWARF_RAW_M3";
    try {
        fetch();
        FAIL();
    } catch (const OptionError& e) {
        EXPECT_THAT(e.what(), HasSubstr(kNight));
    }
}

TEST_F(FetcherTest, AMissingRecordIsMadeAgainFromContent) {
    add_session(card, kNight, 3);
    fetch();
    fs::remove(here(".nightstack-mirror"));
    const auto sent = card.sent;
    EXPECT_EQ(fetch().same, card.files.size());
    EXPECT_LT(card.sent - sent, 80'000U * card.files.size());
    const auto again = card.sent;
    EXPECT_EQ(fetch().same, card.files.size());
    EXPECT_EQ(card.sent, again);
}

TEST_F(FetcherTest, ADamagedRecordCostsNothingButWork) {
    add_session(card, kNight, 3);
    fetch();
    std::ofstream(here(".nightstack-mirror"))
        << "{\"nightstack_mirror\":1}\n{\"path\":\"x\n\xff\xfe[[[[[\n{\"path\":1}";
    EXPECT_EQ(fetch().same, card.files.size());
    std::ofstream(here(".nightstack-mirror")) << "{\"nightstack_mirror\":2}\n";
    EXPECT_THROW(fetch(), FormatError);
}

TEST_F(FetcherTest, ANewVersionOnTheCardReplacesOurs) {
    add_session(card, kNight, 2);
    fetch();
    card.files[kFolder + "stacked.jpg"] = {noise(3000, 5), 1'700'000'100};
    const FetchResult again = fetch();
    EXPECT_EQ(again.fresh, 1U);
    EXPECT_EQ(again.same, card.files.size() - 1);
    expect_mirrored();
}

TEST_F(FetcherTest, WhatTheUserChangedIsKept) {
    add_session(card, kNight, 2);
    fetch();
    std::ofstream(here(kFolder + "stacked.jpg")) << "mine";
    std::ofstream(here(kFolder + "notes.txt")) << "mine too";
    EXPECT_EQ(fetch().fresh, 1U);
    EXPECT_EQ(content(kFolder + "stacked.jpg.kept-1"), "mine");
    EXPECT_EQ(content(kFolder + "notes.txt"), "mine too");
    EXPECT_EQ(content(kFolder + "stacked.jpg"), card.files[kFolder + "stacked.jpg"].bytes);
    ASSERT_EQ(told.notices.size(), 1U);
    EXPECT_THAT(told.notices[0], HasSubstr("kept-1"));
}

// Another protocol rounds times otherwise: content decides, and hardly a byte is fetched.
TEST_F(FetcherTest, OtherDatesOfTheSameFilesFetchNothingAgain) {
    card.files[kFolder + "0000.fits"] = {fits_bytes(1000, 1000, 1)};
    fetch();
    card.rough = true;
    card.files[kFolder + "0000.fits"].modified_s += 3600;
    const auto sent = card.sent;
    EXPECT_EQ(fetch().same, 1U);
    EXPECT_LT(card.sent - sent, 100'000U);
    const auto again = card.sent;
    EXPECT_EQ(fetch().same, 1U);
    EXPECT_EQ(card.sent, again);
}

TEST_F(FetcherTest, ListingsToTheMinuteDoNotLookLikeChanges) {
    add_session(card, kNight, 2);  // with files that only two equal looks can call whole
    card.rough_times = true;
    for (auto& [name, file] : card.files) file.modified_s = 1'700'000'017;
    const FetchResult first = fetch();
    EXPECT_EQ(first.failed, 0U);
    EXPECT_EQ(first.fresh, card.files.size());
    EXPECT_EQ(fetch().same, card.files.size());
    card.files[kFolder + "0001.fits"] = {fits_bytes(40, 30, 77), 1'700'000'018};
    EXPECT_EQ(fetch().fresh, 1U);
}

// Files of cards long gone fill the record.
TEST_F(FetcherTest, ALongRecordForgetsNothingOfThisRun) {
    const MirrorFolder folder(temp / "mirror");
    {
        MirrorIndex index(folder);
        for (const char* name : {"a", "b", "c"}) index.put(name, {{1, {}}, "sum", 1, {}});
    }
    MirrorIndex index(folder, 2);
    EXPECT_EQ(index.find("c"), nullptr);
    index.put("d", {{1, {}}, "sum", 1, {}});
    EXPECT_NE(index.find("d"), nullptr);
}

// While its new version comes in, the user works on the old one.
TEST_F(FetcherTest, WhatIsChangedHereDuringTheTransferIsKept) {
    const std::string name = kFolder + "0000.fits";
    card.files[name] = {fits_bytes(200, 100, 1)};
    fetch();
    card.files[name] = {fits_bytes(200, 100, 2), 1'700'000'500};
    card.reading = [&](const std::string&, std::uint64_t at) {
        const bool under_way = fs::exists(here(kFolder + ".0000.fits.nightstack.part"));
        if (under_way && at > 0) std::ofstream(here(name)) << "mine";
    };
    EXPECT_EQ(fetch().fresh, 1U);
    EXPECT_EQ(content(name + ".kept-1"), "mine");
    EXPECT_EQ(content(name), card.files[name].bytes);
}

TEST_F(FetcherTest, WhatFailedAndIsHereAfterAllHasNotFailed) {
    add_session(card, kNight, 2);
    fetch();
    fs::remove(here(".nightstack-mirror"));
    const std::string name = kFolder + "0000.fits";
    const MemoryFile file = card.files[name];
    card.reading = [&](const std::string& path, std::uint64_t) {
        if (time.now() < 6s && path == name) card.files.erase(name);  // as it is compared
    };
    time.at(12s, [&] { card.files[name] = file; });
    FollowEnd end;
    end.after = 30s;
    const FetchResult result = Fetcher(card.connector(), options, told.watcher(), time.clock()).follow(end, {});
    EXPECT_EQ(result.failed, 0U);
    EXPECT_EQ(result.same, card.files.size());
}

TEST_F(FetcherTest, NothingToFetchIsSaid) {
    fetch();
    EXPECT_THAT(told.notices, testing::Contains(HasSubstr("is the card in the scope")));
    card.files["0000.fits"] = {fits_bytes(40, 30, 1)};
    fetch();
    EXPECT_THAT(told.notices, testing::Contains(HasSubstr("is it the folder of the card")));
    card.files["DWARF_II/Astronomy/test_vega.jpeg"] = {"a new scope has nothing else"};
    fetch();
    EXPECT_TRUE(told.notices.empty());
}

TEST_F(FetcherTest, TheReserveOfTheDiskIsKept) {
    add_session(card, kNight, 2);
    options.to = temp / "mirror";
    options.reserve_bytes = std::uint64_t{1} << 62;
    const FetchResult result = Fetcher(card.connector(), options, told.watcher(), time.clock()).once({});
    EXPECT_EQ(result.ending, FetchResult::Ending::disk_full);
    EXPECT_EQ(result.left, card.files.size());
    EXPECT_THAT(result.why, HasSubstr("kept free"));
    EXPECT_EQ(card.sent, 0U);
}

TEST_F(FetcherTest, TwoFetchesIntoOneFolderAreRefused) {
    options.to = temp / "mirror";
    const Fetcher first(card.connector(), options, {}, time.clock());
    EXPECT_THROW(Fetcher(card.connector(), options, {}, time.clock()), IoError);
}

TEST_F(FetcherTest, AStopLeavesThePartForTheNextTime) {
    card.files[kFolder + "0000.fits"] = {fits_bytes(1000, 1000, 1)};
    std::stop_source stop;
    card.reading = [&](const std::string&, std::uint64_t at) {
        if (at > 1'000'000) stop.request_stop();
    };
    const FetchResult cut = fetch(stop.get_token());
    EXPECT_EQ(cut.ending, FetchResult::Ending::interrupted);
    EXPECT_EQ(cut.left, 1U);
    EXPECT_FALSE(fs::exists(here(kFolder + "0000.fits")));
    card.reading = {};
    const auto before = card.sent;
    EXPECT_EQ(fetch().resumed, 1U);
    EXPECT_LT(card.sent - before, 1'150'000U);
    expect_mirrored();
}

// What was half here and is another file now must not be glued together.
TEST_F(FetcherTest, APartOfAnotherVersionIsThrownAway) {
    card.files[kFolder + "0000.fits"] = {fits_bytes(1000, 1000, 1)};
    std::stop_source stop;
    card.reading = [&](const std::string&, std::uint64_t at) {
        if (at > 1'000'000) stop.request_stop();
    };
    fetch(stop.get_token());
    card.reading = {};
    std::string other = card.files[kFolder + "0000.fits"].bytes;
    other[500'000] = static_cast<char>(other[500'000] ^ 1);  // neither at the head nor at the tail of what is held
    card.files[kFolder + "0000.fits"] = {other, 1'700'000'050};
    EXPECT_EQ(fetch().fresh, 1U);
    expect_mirrored();
}

}  // namespace
}  // namespace nightstack::io::test
