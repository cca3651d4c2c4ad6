// SPDX-License-Identifier: MIT
// Calibration and goto are judged by their last word, and that may come seconds after the working state is idle; and
// the last word of an older one is none of this.
#include "device/dwarf/jobs/begin.h"
#include "night.h"

namespace nightstack::device::dwarf::jobs {
namespace {

using Kind = Outcome::Kind;
using Messages = std::vector<Message>;

constexpr int kSeeds = 8;

std::string late(int interface, int ms) {
    return R"({"name":"ws.late_reply","interface":)" + std::to_string(interface) + R"(,"args":{"ms":)" +
           std::to_string(ms) + "}}";
}

// From 3 s, which two looks take anyway, to nearly kLastWord.
constexpr int kDelays_ms[] = {3000, 6000, 9000};

TEST(LateWords, OfACalibrationDecide) {
    for (const int ms : kDelays_ms) {
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            Night night(seed);
            ASSERT_EQ(night.prepare().kind, Kind::done);
            night.fault(late(11205, ms));
            if (seed % 2 == 0) night.fault(R"({"name":"goto.fail","interface":11205,"args":{"code":-46}})");
            const Outcome outcome = night.calibrate();
            SCOPED_TRACE(std::to_string(ms) + " ms, seed " + std::to_string(seed) + ": " + outcome.words);
            EXPECT_EQ(outcome.kind, seed % 2 == 0 ? Kind::failed : Kind::done);
            EXPECT_EQ(outcome.code.value_or(0), seed % 2 == 0 ? -46 : 0);
            EXPECT_EQ(night.truth("astro.calibrated"), seed % 2);
            EXPECT_EQ(night.link.sent(11205), 1);
        }
    }
}

TEST(LateWords, OfAGotoDecide) {
    for (const int ms : kDelays_ms) {
        for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
            Night night(seed);
            ASSERT_EQ(night.prepare().kind, Kind::done);
            ASSERT_EQ(night.calibrate().kind, Kind::done);
            night.fault(late(11203, ms));
            if (seed % 2 == 0) night.fault(R"({"name":"goto.fail"})");
            const Outcome outcome = night.go_to();
            SCOPED_TRACE(std::to_string(ms) + " ms, seed " + std::to_string(seed) + ": " + outcome.words);
            EXPECT_EQ(outcome.kind, seed % 2 == 0 ? Kind::failed : Kind::done);
            EXPECT_EQ(outcome.code.value_or(0), seed % 2 == 0 ? -18 : 0);
            EXPECT_EQ(night.truth("pointing.tracking"), seed % 2);
            EXPECT_EQ(night.link.sent(11203), 1);
        }
    }
}

TEST(LateWords, AmongLateAnswersOfAllKinds) {
    for (std::uint64_t seed = 1; seed <= 2 * kSeeds; ++seed) {
        Night night(seed);
        ASSERT_EQ(night.prepare().kind, Kind::done);
        night.fault(R"({"name":"ws.late_reply","probability":0.5,"args":{"ms":7000}})");
        const Outcome calibrated = night.calibrate();
        EXPECT_EQ(calibrated.kind, Kind::done) << "seed " << seed << ": " << calibrated.words << "\n" << night.story();
        const Outcome there = night.go_to();
        EXPECT_EQ(there.kind, Kind::done) << "seed " << seed << ": " << there.words << "\n" << night.story();
    }
}

// It is not waited for beyond kLastWord.
TEST(LateWords, ThatNeverComeEndTheWaiting) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    Milliseconds told{0};
    night.peer.filter([&](const Message& m) {
        if (m.interface() != 11205 || m.integer("code") != 1009) return Messages{m};
        told = night.link.time();
        return Messages{};
    });
    const Outcome outcome = night.calibrate();
    EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.words;
    EXPECT_GT(night.link.time() - told, kLastWord);
    EXPECT_LT(night.link.time() - told, kLastWord + Milliseconds{10000});
    night.peer.filter([&](const Message& m) {
        if (m.interface() != 11203 || m.integer("code") != -18) return Messages{m};
        told = night.link.time();
        return Messages{};
    });
    night.fault(R"({"name":"goto.fail"})");
    const Outcome lost = go_to(night.driver, {kTarget, kSite, night.utc(), true});
    EXPECT_EQ(lost.kind, Kind::failed) << lost.words;
    EXPECT_GT(night.link.time() - told, kLastWord);
    EXPECT_LT(night.link.time() - told, kLastWord + Milliseconds{10000});
}

// Adds one more word behind the first that says `after`.
void told_late(Night& night, int interface, int after, int code) {
    night.peer.filter([=, done = false](const Message& m) mutable {
        if (done || m.interface() != interface || m.integer("code") != after) return Messages{m};
        done = true;
        return Messages{m, Message(interface).set("code", code)};
    });
}

TEST(LateWords, OfAnOlderCommandAreNoneOfThisOne) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    told_late(night, 11205, 1001, 1009);
    const Outcome calibrated = night.calibrate();
    EXPECT_EQ(calibrated.kind, Kind::done) << calibrated.words;
    EXPECT_EQ(night.truth("astro.calibrated"), 1) << "not before the scope is";
    told_late(night, 11205, 1001, -18);
    const Outcome again = night.calibrate();
    EXPECT_EQ(again.kind, Kind::done) << again.words;
    told_late(night, 11203, 1003, -18);
    const Outcome there = night.go_to();
    EXPECT_EQ(there.kind, Kind::done) << there.words;
    EXPECT_EQ(night.truth("pointing.tracking"), 1);
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
