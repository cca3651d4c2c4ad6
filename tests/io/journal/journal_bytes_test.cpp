// SPDX-License-Identifier: MIT
// What is read back from whatever a power loss, a bad disk or a stranger has left.
#include "io/journal/journal_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>

#include "pipeline/core/error.h"
#include "tests/support/soak.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kSalt = 0x5eed;

std::string text_of(std::uint64_t number, std::size_t length) {
    std::string text = std::to_string(number) + ":";
    text.resize(std::max(length, text.size()), static_cast<char>('a' + number % 26));
    return text;
}

// Records of random lengths, synced now and then, and what of the bytes was safe when.
struct Written {
    std::vector<std::byte> bytes;
    std::vector<std::size_t> ends;  // of each record
    std::uint64_t safe = 0;         // records
    std::uint64_t salt = kSalt;

    std::size_t safe_bytes() const { return safe == 0 ? 0 : ends[safe - 1]; }
    void add(std::size_t length) {
        const auto record =
            encoded_record({salt, bytes.size()}, ends.size() + 1, safe, text_of(ends.size() + 1, length));
        bytes.insert(bytes.end(), record.begin(), record.end());
        ends.push_back(bytes.size());
    }
};

Written written(std::mt19937& dice, int records) {
    Written w;
    for (int i = 0; i < records; ++i) {
        w.add(dice() % 3 == 0 ? dice() % 3000 : dice() % 200);
        if (dice() % 4 == 0) w.safe = w.ends.size();
    }
    return w;
}

void expect_prefix(const JournalContent& read, std::uint64_t least) {
    EXPECT_GE(read.records.size(), least);
    for (std::size_t i = 0; i < read.records.size(); ++i) {
        const JournalRecord& r = read.records[i];
        ASSERT_EQ(r.number, i + 1);
        ASSERT_EQ(r.text, text_of(i + 1, r.text.size()));
    }
}

TEST(JournalBytes, ComeBackAsTheyWere) {
    std::mt19937 dice(1);
    const Written w = written(dice, 50);
    const JournalContent read = read_records(kSalt, w.bytes);
    EXPECT_EQ(read.records.size(), 50U);
    expect_prefix(read, 50);
    EXPECT_EQ(read.end, w.bytes.size());
    EXPECT_EQ(read.torn + read.damaged + read.lost, 0U);
    EXPECT_TRUE(read_records(kSalt, {}).records.empty());
}

TEST(JournalBytes, AreCutWhereverADeathCutThem) {
    Written w;
    for (const std::size_t length : {0U, 1U, 40U, 300U}) w.add(length);
    for (std::size_t cut = 0; cut <= w.bytes.size(); ++cut) {
        const JournalContent read = read_records(kSalt, std::span(w.bytes).first(cut));
        const auto whole =
            static_cast<std::size_t>(std::ranges::count_if(w.ends, [&](std::size_t end) { return end <= cut; }));
        ASSERT_EQ(read.records.size(), whole) << cut;
        ASSERT_EQ(read.torn, cut - (whole == 0 ? 0 : w.ends[whole - 1])) << cut;
        ASSERT_EQ(read.damaged + read.lost, 0U);
    }
}

// A power loss: of what was not synced, any pieces of 512 or 4096 bytes reached the disk; the rest is zeros, old bytes
// of the disk, or beyond the end. What was synced is all there, and of the rest a beginning.
TEST(JournalBytes, AfterAPowerLossAreABeginningWithAllThatWasSafe) {
    std::mt19937 dice(2);
    const int trials = nightstack::test::soaked(2000);
    int beyond_safe = 0, gaps = 0;
    for (int trial = 0; trial < trials; ++trial) {
        Written w = written(dice, 1 + static_cast<int>(dice() % 30));
        const std::size_t piece = dice() % 2 == 0 ? 512 : 4096;
        std::vector<std::byte> disk = w.bytes;
        disk.resize(w.safe_bytes() + dice() % (w.bytes.size() - w.safe_bytes() + 1));
        const bool zeros = dice() % 2 == 0;
        for (std::size_t at = w.safe_bytes(); at < disk.size();) {
            const std::size_t end = std::min(disk.size(), (at / piece + 1) * piece);
            if (dice() % 2 == 0) {
                ++gaps;
                for (; at < end; ++at) disk[at] = zeros ? std::byte{0} : static_cast<std::byte>(dice());
            }
            at = end;
        }
        const JournalContent read = read_records(kSalt, disk);
        expect_prefix(read, w.safe);
        ASSERT_EQ(read.damaged + read.lost, 0U) << "trial " << trial;
        if (read.records.size() > w.safe) ++beyond_safe;
        if (HasFatalFailure()) return;
    }
    EXPECT_GT(beyond_safe, trials / 20);
    EXPECT_GT(gaps, trials / 2);
}

// A bad disk: one bit is wrong in what was safe. That record is lost and counted, and no other.
TEST(JournalBytes, ThatWereSafeAndAreDamagedCostOnlyThemselves) {
    Written w;
    for (const std::size_t length : {30U, 0U, 200U, 10U}) w.add(length);
    w.safe = 4;
    w.add(25);
    for (std::size_t at = 0; at < w.ends[3]; ++at) {
        std::vector<std::byte> bad = w.bytes;
        bad[at] ^= std::byte{0x10};
        const JournalContent read = read_records(kSalt, bad);
        ASSERT_EQ(read.records.size(), 4U) << at;
        ASSERT_EQ(read.lost, 1U) << at;
        ASSERT_EQ(read.end, bad.size());
        const auto hit = static_cast<std::size_t>(std::ranges::upper_bound(w.ends, at) - w.ends.begin());
        ASSERT_EQ(read.damaged, w.ends[hit] - (hit == 0 ? 0 : w.ends[hit - 1])) << at;
        for (const JournalRecord& r : read.records) ASSERT_EQ(r.text, text_of(r.number, r.text.size()));
    }
}

// A record written after a gap that nobody called safe, with a later one that knows of a sync: damage, not a torn end.
TEST(JournalBytes, BehindAGapCountWhenALaterRecordCallsItSafe) {
    Written w;
    for (int i = 0; i < 6; ++i) w.add(50);
    std::vector<std::byte> torn = w.bytes;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(w.ends[1]),
              torn.begin() + static_cast<std::ptrdiff_t>(w.ends[2]), std::byte{0});
    EXPECT_EQ(read_records(kSalt, torn).records.size(), 2U);  // nobody knows whether it was ever whole
    w.safe = 6;
    w.add(50);
    std::copy(w.bytes.begin() + static_cast<std::ptrdiff_t>(w.ends[5]), w.bytes.end(), std::back_inserter(torn));
    const JournalContent read = read_records(kSalt, torn);
    EXPECT_EQ(read.records.size(), 6U);
    EXPECT_EQ(read.lost, 1U);
}

// What a disk may hold behind the end: an older journal of the same kind, at the same places.
TEST(JournalBytes, OfAnOlderJournalAreNotTaken) {
    Written w, old;
    old.salt = kSalt + 1;
    for (int i = 0; i < 5; ++i) w.add(40), old.add(40);
    std::vector<std::byte> mixed(w.bytes.begin(), w.bytes.begin() + static_cast<std::ptrdiff_t>(w.ends[0]));
    mixed.insert(mixed.end(), old.bytes.begin() + static_cast<std::ptrdiff_t>(old.ends[0]), old.bytes.end());
    EXPECT_EQ(read_records(kSalt, mixed).records.size(), 1U);
}

TEST(JournalBytes, WithinATextAreNotTaken) {
    Written w;
    w.add(10);
    const auto inner = encoded_record({kSalt, 0}, 1000, 999, "forged");
    const std::string text = "1" + std::string(reinterpret_cast<const char*>(inner.data()), inner.size()) + "1";
    const auto outer = encoded_record({kSalt, w.bytes.size()}, 2, 1, text);
    w.bytes.insert(w.bytes.end(), outer.begin(), outer.end() - 1);  // cut by a death
    const JournalContent read = read_records(kSalt, w.bytes);
    EXPECT_EQ(read.records.size(), 1U);
    EXPECT_EQ(read.lost, 0U);
    EXPECT_THROW(encoded_record({kSalt, 0}, kMostRecordNumber + 1, 0, ""), OptionError);
}

TEST(JournalBytes, OfAStrangerEndSoon) {
    // Headers that are right, each at its place, and promise a megabyte whose sum is wrong.
    const std::string megabyte(kMostRecordText, 'x');
    std::vector<std::byte> hostile;
    for (int i = 0; i < 1500; ++i) {
        const auto record = encoded_record({kSalt, hostile.size()}, 1, 0, megabyte);
        hostile.insert(hostile.end(), record.begin(), record.begin() + kRecordHeaderBytes);
    }
    hostile.resize(hostile.size() + kMostRecordText);
    EXPECT_TRUE(read_records(kSalt, hostile).records.empty());
    EXPECT_THROW(encoded_record({kSalt, 0}, 1, 0, std::string(kMostRecordText + 1, 'x')), OptionError);
}

TEST(JournalBytes, AtRandomNeverHarm) {
    std::mt19937 dice(3);
    for (int trial = 0; trial < nightstack::test::soaked(300); ++trial) {
        std::vector<std::byte> bytes = written(dice, 12).bytes;
        for (auto hits = 1 + dice() % 20; hits > 0; --hits)
            bytes[dice() % bytes.size()] = static_cast<std::byte>(dice());
        if (dice() % 3 == 0) bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(dice() % bytes.size()));
        const JournalContent read = read_records(kSalt, bytes);
        EXPECT_EQ(read.end + read.torn, bytes.size());
        EXPECT_TRUE(std::ranges::is_sorted(read.records, {}, &JournalRecord::number));
        for (const JournalRecord& r : read.records) EXPECT_EQ(r.text, text_of(r.number, r.text.size()));
    }
}

}  // namespace
}  // namespace nightstack::io
