// SPDX-License-Identifier: MIT
// A power loss at random moments of a program that keeps a journal and two generations of checkpoints: what it had told
// to be safe is there, whole. The same with a disk that ignores syncs must fail, or the test shows nothing.
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "io/journal/journal.h"
#include "tests/support/crash/disk_model.h"
#include "tests/support/soak.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

using test::PowerLoss;
using test::RecordedCall;

constexpr ChunkFormat kFormat{{'N', 'S', 'T', 'E', 'S', 'T', 'J', '\n'}, 1, "a diary"};

// The number behind the last "word " of what was told; 0: none.
int last_told(const std::string& told, const std::string& word) {
    const std::size_t at = told.rfind(word + " ");
    return at == std::string::npos ? 0 : std::stoi(told.substr(at + word.size() + 1));
}

// What a checkpoint says, 0 when it is not there or not whole.
int whole_checkpoint(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    const std::size_t letters = all.find_first_not_of('c');
    if (all.empty() || all.back() != '\n' || letters == std::string::npos || all[letters] != ' ') return 0;
    int number = 0;
    std::from_chars(all.data() + letters + 1, all.data() + all.size(), number);
    return letters == static_cast<std::size_t>(3000 + number * 91) ? number : 0;
}

class PowerLossTest : public testing::Test {
protected:
    // Writes so many records more into a diary; `more` are words before and behind the command.
    void write_diary(const std::filesystem::path& below, int records, const std::string& environment = "",
                     const std::string& more = "") {
        std::filesystem::create_directories(below);
        const std::string line = environment + " LD_PRELOAD='" NIGHTSTACK_CALL_RECORDER "' NIGHTSTACK_RECORD_BELOW='" +
                                 below.string() + "' NIGHTSTACK_RECORD_TO='" + record_.string() +
                                 "' '" NIGHTSTACK_DIARY_WRITER "' '" + below.string() + "' " + std::to_string(records) +
                                 " " + more + " >/dev/null";
        ASSERT_EQ(std::system(line.c_str()), 0) << line;
        calls_ = test::read_record(record_);
    }
    void write_first() {
        write_diary(folder_ / "disk", 60);
        ASSERT_GT(calls_.size(), 140U);
    }
    // How often what was told was not there.
    int broken_promises(PowerLoss loss, int times, bool& journal_gone) {
        std::mt19937 dice(7);
        int broken = 0;
        for (int i = 0; i < times; ++i) {
            loss.before = dice() % (calls_.size() + 1);
            const std::filesystem::path disk = folder_ / ("after-" + std::to_string(i));
            std::filesystem::create_directory(disk);
            test::lose_power(calls_, loss, dice, disk);
            if (!kept(disk, test::told_before(calls_, loss.before), journal_gone)) ++broken;
            std::filesystem::remove_all(disk);
        }
        return broken;
    }
    static bool kept(const std::filesystem::path& disk, const std::string& told, bool& journal_gone) {
        try {
            const Journal journal(disk / "journal", kFormat);
            const int safe = std::max(last_told(told, "safe"), last_told(told, "checkpoint"));
            bool good = journal.last() >= static_cast<std::uint64_t>(safe) && journal.found().lost == 0;
            for (const JournalRecord& r : journal.found().records)
                good = good && r.text.starts_with("record " + std::to_string(r.number));
            const int newest =
                std::max(whole_checkpoint(disk / "checkpoint-0"), whole_checkpoint(disk / "checkpoint-1"));
            return good && newest >= last_told(told, "checkpoint") &&
                   static_cast<std::uint64_t>(newest) <= journal.last();
        } catch (const std::exception&) {
            journal_gone = true;
            return false;
        }
    }
    test::TempFolder folder_;
    std::filesystem::path record_ = folder_ / "record";
    std::vector<RecordedCall> calls_;
};

TEST_F(PowerLossTest, LosesNothingThatWasTold) {
    write_first();
    bool gone = false;
    EXPECT_EQ(broken_promises({}, test::soaked(500), gone), 0);
    EXPECT_FALSE(gone);
}

TEST_F(PowerLossTest, WithoutSyncsIsSeen) {
    write_first();
    bool gone = false;
    EXPECT_GT(broken_promises({"", 0, false, true}, 100, gone), 5) << "without syncs of folders";
    EXPECT_GT(broken_promises({"", 0, true, false}, 100, gone), 20) << "without syncs of files";
}

// Night after night: what one power loss left, torn, is gone on with, and lost again.
TEST_F(PowerLossTest, AfterAPowerLossLosesNothingEither) {
    std::mt19937 dice(8);
    for (int round = 0; round < test::soaked(10); ++round) {
        std::filesystem::path disk = folder_ / ("round-" + std::to_string(round));
        std::string told;
        for (int night = 0; night < 4; ++night) {
            std::filesystem::remove(record_);
            const std::filesystem::path found = disk.string() + "-found", left = disk.string() + "-left";
            std::filesystem::create_directories(disk);
            std::filesystem::copy(disk, found);
            write_diary(disk, 25);
            PowerLoss loss;
            loss.from = found;
            loss.before = dice() % (calls_.size() + 1);
            std::filesystem::create_directory(left);
            test::lose_power(calls_, loss, dice, left);
            told += test::told_before(calls_, loss.before);
            bool gone = false;
            std::filesystem::copy(left, disk.string() + "-look");
            ASSERT_TRUE(kept(disk.string() + "-look", told, gone) || told.empty())
                << "round " << round << ", night " << night;
            std::filesystem::remove_all(disk.string() + "-look");
            disk = left;
        }
    }
}

// A sync fails once, and what it should have written never reaches the disk: it is written again, by this program or,
// where that ends, by the next one. Then the power goes.
TEST_F(PowerLossTest, AfterAFailedSyncLosesNothing) {
    std::mt19937 dice(9);
    for (const char* ends : {"", "end"}) {
        for (int at = 2; at < 12; ++at) {
            std::filesystem::remove(record_);
            const std::filesystem::path disk = folder_ / ("bad-" + std::string(ends) + std::to_string(at));
            write_diary(disk, 20, "NIGHTSTACK_FAIL_SYNC=" + std::to_string(at), ends);
            if (*ends != '\0') write_diary(disk, 5);
            bool gone = false;
            EXPECT_EQ(broken_promises({}, 20, gone), 0) << "sync " << at << ", " << ends;
        }
    }
}

}  // namespace
}  // namespace nightstack::io
