// SPDX-License-Identifier: MIT
// What a mirror remembers, what it shows without being touched, and what it tidies up.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <ctime>
#include <fstream>

#include "io/fetch/fetcher.h"
#include "io/fetch/mirror_look.h"
#include "tests/io/fetch/memory_card.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io::test {
namespace {

using nightstack::test::TempFolder;
using testing::HasSubstr;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct MirrorTest : testing::Test {
    FetchResult fetch() {
        told = {};
        options.to = mirror();
        options.reserve_bytes = 0;
        return Fetcher(card.connector(), options, told.watcher(), time.clock()).once({});
    }
    fs::path mirror() const { return temp / "mirror"; }
    // The card as `fetch --list` sees it: the files that are not here, and nothing in the mirror is changed by looking.
    std::vector<std::string> missing() {
        const auto before = fs::exists(mirror()) ? everything_below(mirror()) : std::map<std::string, std::string>();
        const CardTree tree = list_card(card.connector(), options, {}, {}, time.clock());
        const MirrorLook look(mirror());
        std::vector<std::string> names;
        for (const CardFile& file : tree.files)
            if (!look.has(file)) names.push_back(file.name);
        EXPECT_EQ(fs::exists(mirror()) ? everything_below(mirror()) : before, before);
        return names;
    }
    // A frame of which only the beginning is here, as after a scope that went away for good.
    fs::path leave_a_part() {
        add_session(card, kNight, 3, 400, 300);
        card.reading = [this](const std::string& path, std::uint64_t at) {
            card.gone = path == kFolder + "0001.fits" && at > 100'000;
        };
        options.away = 1s;
        EXPECT_EQ(fetch().ending, FetchResult::Ending::scope_lost);
        card.gone = false;
        card.reading = {};
        const fs::path part = mirror() / kFolder / ".0001.fits.nightstack.part";
        EXPECT_TRUE(fs::exists(part));
        return part;
    }
    static void make_old(const fs::path& file, std::time_t age_s) {
        const timespec then{std::time(nullptr) - age_s, 0};
        const timespec times[2] = {then, then};
        ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
    }

    TempFolder temp;
    MemoryCard card;
    TestTime time;
    FetchOptions options;
    Told told;
};

constexpr std::time_t kDay = 24 * 60 * 60;

TEST_F(MirrorTest, LookingTellsNewFromHere) {
    add_session(card, kNight, 3);
    EXPECT_EQ(missing().size(), card.files.size());
    EXPECT_FALSE(fs::exists(mirror()));
    ASSERT_EQ(fetch().failed, 0U);
    EXPECT_TRUE(missing().empty());
    card.files[kFolder + "0003.fits"] = {fits_bytes(40, 30, 9)};
    card.files[kFolder + "0001.fits"].modified_s += 5;                         // another version
    std::ofstream(mirror() / kFolder / "0002.fits", std::ios::app) << "more";  // touched here
    EXPECT_THAT(missing(), testing::UnorderedElementsAre("0001.fits", "0002.fits", "0003.fits"));
    card.rough_times = true;
    EXPECT_THAT(missing(), testing::UnorderedElementsAre("0002.fits", "0003.fits"));
    card.rough = true;
    EXPECT_THAT(missing(), testing::UnorderedElementsAre("0002.fits", "0003.fits"));
}

TEST_F(MirrorTest, WithoutARecordNameAndSizeTell) {
    add_session(card, kNight, 2);
    ASSERT_EQ(fetch().failed, 0U);
    fs::remove(mirror() / ".nightstack-mirror");
    EXPECT_TRUE(missing().empty());
    std::ofstream(mirror() / kFolder / "0001.fits", std::ios::app) << "more";
    EXPECT_THAT(missing(), testing::ElementsAre("0001.fits"));
    fs::remove_all(mirror() / "DWARF_II");
    fs::create_symlink(temp.path(), mirror() / "DWARF_II");
    EXPECT_EQ(missing().size(), card.files.size());
}

TEST_F(MirrorTest, APartOfAGoneFileIsRemovedAfterAWeek) {
    const fs::path part = leave_a_part();
    card.files.erase(kFolder + "0001.fits");
    ASSERT_EQ(fetch().failed, 0U);
    EXPECT_TRUE(fs::exists(part));
    EXPECT_THAT(told.notices, testing::Contains(HasSubstr("1 part is kept until it is a week old")));
    make_old(part, 6 * kDay);
    fetch();
    EXPECT_TRUE(fs::exists(part));
    make_old(part, 8 * kDay);
    fetch();
    EXPECT_FALSE(fs::exists(part));
    EXPECT_THAT(told.notices, testing::Contains(HasSubstr("1 part is removed")));
    fetch();
    EXPECT_TRUE(told.notices.empty());  // said once
}

TEST_F(MirrorTest, APartOfAFileThatIsThereIsGoneOnWithHoweverOldItIs) {
    make_old(leave_a_part(), 400 * kDay);
    EXPECT_EQ(fetch().resumed, 1U);
}

// A card that is not mounted, a folder that cannot be listed, a walk that was cut short: nothing is known to be gone.
TEST_F(MirrorTest, WhatWasNotSeenIsNotGone) {
    const fs::path part = leave_a_part();
    make_old(part, 400 * kDay);
    const auto files = card.files;
    card.files.clear();
    fetch();
    EXPECT_TRUE(fs::exists(part));
    card.files = files;
    card.files.erase(kFolder + "0001.fits");
    options.entries = 4;
    fetch();
    EXPECT_TRUE(fs::exists(part));
    options.entries = 1000;
    card.more["DWARF_II"] = {{"Other", RemoteEntry::Kind::folder, {}, {}}};
    card.unlistable = "DWARF_II/Other";
    fetch();
    EXPECT_TRUE(fs::exists(part));
    card.unlistable.clear();
    fetch();
    EXPECT_FALSE(fs::exists(part));
}

// What only looks like a part, and what a damaged or hostile record names, is not ours.
TEST_F(MirrorTest, NothingOfOthersIsRemoved) {
    make_old(leave_a_part(), 8 * kDay);
    card.files.erase(kFolder + "0001.fits");
    const fs::path foreign = mirror() / kFolder / ".other.fits.nightstack.part";
    const fs::path outside = temp / ".x.nightstack.part";
    fs::create_directories(temp / "elsewhere");
    const fs::path linked = temp / "elsewhere/.y.nightstack.part";
    for (const fs::path& file : {foreign, outside, linked}) {
        std::ofstream(file) << "mine";
        make_old(file, 8 * kDay);
    }
    fs::create_symlink(temp / "elsewhere", mirror() / "way");
    std::ofstream record(mirror() / ".nightstack-mirror", std::ios::app);
    for (const char* path : {"../x", "DWARF_II/../../x", "way/y"})
        record << R"({"path":")" << path << R"(","sha256":"","bytes":0,"changed_ns":0,"part_bytes":9})"
               << "\n";
    record.close();
    fetch();
    for (const fs::path& file : {foreign, outside, linked}) EXPECT_TRUE(fs::exists(file)) << file;
}

}  // namespace
}  // namespace nightstack::io::test
