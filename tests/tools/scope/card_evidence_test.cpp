// SPDX-License-Identifier: MIT
// A capture whose answer was lost: what the card says about it.
#include "tools/scope/card_evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/tools/scope/twin.h"

namespace nightstack::test {
namespace {

using device::dwarf::jobs::Outcome;
using testing::AnyOf;
using testing::HasSubstr;
using tools::with_evidence;

const Outcome kUnknown = device::dwarf::jobs::unknown("sent, then silence");

TEST(CardEvidence, AllFramesAreDone) {
    const Outcome told = with_evidence(kUnknown, {10, ""}, "DWARF_RAW_1", 10);
    EXPECT_EQ(told.kind, Outcome::Kind::done);
    EXPECT_THAT(told.words, HasSubstr("all 10 frames of DWARF_RAW_1 are on the card"));
}

TEST(CardEvidence, LessThanAllStaysUnknownInMoreWords) {
    const Outcome some = with_evidence(kUnknown, {3, ""}, "DWARF_RAW_1", 10);
    const Outcome none = with_evidence(kUnknown, {{}, ""}, "DWARF_RAW_1", 10);
    const Outcome unseen = with_evidence(kUnknown, {{}, "no way\x1b"}, "DWARF_RAW_1", 10);
    for (const Outcome& told : {some, none, unseen}) {
        EXPECT_EQ(told.kind, Outcome::Kind::unknown);
        EXPECT_THAT(told.words, HasSubstr("sent, then silence. The card "));
    }
    EXPECT_THAT(some.words, HasSubstr("holds 3 of the 10 frames of DWARF_RAW_1: it was begun"));
    EXPECT_THAT(none.words, HasSubstr("has no folder DWARF_RAW_1: most likely it was never begun"));
    EXPECT_THAT(unseen.words, HasSubstr("could not be looked at (no way\\x1B)"));
}

// `fault` strikes the capture's request.
Finished capture(const std::string& fault) {
    const World files;
    std::ofstream(files / "scenario.toml") << "[[fault]]\n" << fault << "\n";
    const Twin twin({"--card", (files / "card").string(), "--scenario", (files / "scenario.toml").string(), "--time",
                     "2026-10-10T20:00:00Z", "--speed", "20"});
    EXPECT_EQ(twin.scope({"open"}).code, 0);
    return twin.scope({"raw", "--count", "1", "--exposure", "1", "--gain", "80", "--binning", "2x2"});
}

TEST(CardEvidence, ACaptureThatWasOverBeforeItsAnswerCameIsDone) {
    const Finished done = capture("name = 'ws.late_reply'\ninterface = 10011\ncount = 1\nargs = { ms = 600000 }");
    EXPECT_EQ(done.code, 0) << done.err;
    // By the card; or, where the twin is so slow that its frame is whole only after we gave up the answer, by its count.
    EXPECT_THAT(done.out, AnyOf(HasSubstr("all 1 frames of DWARF_RAW_"), HasSubstr("all 1 frames are taken")));
}

TEST(CardEvidence, ACaptureThatNeverReachedTheScopeHasNoFolder) {
    const Finished lost =
        capture("name = 'ws.silent'\ninterface = 10011\ncount = 1\nfor_s = 60\nargs = { deaf = true }");
    EXPECT_EQ(lost.code, 5) << lost.out;
    EXPECT_THAT(lost.err, HasSubstr("The card has no folder DWARF_RAW_"));
}

}  // namespace
}  // namespace nightstack::test
