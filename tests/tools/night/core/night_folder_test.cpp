// SPDX-License-Identifier: MIT
// Which nights a call finds again among those that lie there.
#include "tools/night/core/night_folder.h"

#include <gmock/gmock.h>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;

BegunRecord call(const std::string& part) {
    BegunRecord record{"p", "scope h", "", "{}", "{}", "M 42", "2026-01-18T21:00:00"};
    record.part = part;
    return record;
}

TEST(NightFolder, EachTargetOfAPlanFindsItsOwnNights) {
    const test::TempFolder temp;
    const fs::path a = fresh_folder(temp.path(), "M_42");
    EXPECT_EQ(a, temp / "M_42");
    {
        const Night night = open_night(a, temp.path(), call("10 s"));
        FrameRecord frame;
        frame.seq = 1;
        night.journal->keep({SourceRecord{"diary"}, frame, DoneRecord{}});
    }
    const fs::path b = fresh_folder(temp.path(), "M_42");
    EXPECT_EQ(b, temp / "M_42-2");
    open_night(b, temp.path(), call("10 s"));
    open_night(fresh_folder(temp.path(), "M_42"), temp.path(), call("5 s"));

    const std::vector<PlanNight> nights = nights_of(temp.path(), call("10 s"), NightsOf::recent);
    ASSERT_EQ(nights.size(), 2U);
    EXPECT_EQ(nights[0].folder, b);
    EXPECT_FALSE(nights[0].finished);
    EXPECT_EQ(nights[0].frames, 0U);
    EXPECT_EQ(nights[1].folder, a);
    EXPECT_TRUE(nights[1].finished);
    EXPECT_EQ(nights[1].frames, 1U);
    EXPECT_EQ(nights[1].source, std::vector<std::string>{"diary"});
    EXPECT_EQ(nights_of(temp.path(), call("5 s"), NightsOf::all).size(), 1U);
    EXPECT_TRUE(nights_of(temp.path(), call(""), NightsOf::all).empty()) << "a night of no plan";
    fs::last_write_time(a / "journal", fs::file_time_type::clock::now() - std::chrono::hours(49));
    EXPECT_EQ(nights_of(temp.path(), call("10 s"), NightsOf::recent).size(), 1U);
    EXPECT_THROW(open_night(b, temp.path(), call("5 s")), OptionError);
}

// Verdicts are not kept one by one; a night that is left in good order has them all.
TEST(NightJournal, WhatWasAddedLastIsThereAfterwards) {
    const test::TempFolder temp;
    {
        NightJournal journal(temp / "journal");
        journal.keep({call("")});
        journal.add(VerdictRecord{1, "rejected", "stars"});
        EXPECT_EQ(told_records(temp / "journal").size(), 1U) << "it waits for the next that is kept";
        EXPECT_EQ(journal.all().size(), 2U);
    }
    const std::vector<NightRecord> told = told_records(temp / "journal");
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(std::get<VerdictRecord>(told[1]).verdict, "rejected");
}

}  // namespace
}  // namespace nightstack::tools
