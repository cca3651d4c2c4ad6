// SPDX-License-Identifier: MIT
// The power goes at any moment of a night: what the program had told is there, and the same call goes on to the picture
// of the night that nobody touched. Writing without syncs and reading without sums must be seen to break that, or these
// tests would show nothing.
#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <numeric>
#include <random>

#include "tests/support/soak.h"
#include "tests/tools/night/kept_night.h"
#include "tests/tools/night/killed_night.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;

// What two disks have in common that are the same to every program: of a file that never got its name nobody reads a
// byte, it is taken away.
std::string all_that_counts(const LeftDisk& disk) {
    std::string all;
    for (const std::string& name : disk.folders) all += name + "/\n";
    for (const auto& [name, bytes] : disk.files) {
        const bool part = name.ends_with(".part");
        all += name + " " + (part ? "" : std::to_string(std::hash<std::string>{}(bytes))) + "\n";
    }
    return all;
}

class LivePowerLoss : public KilledNight {
protected:
    int frames() const override { return 10; }
    void SetUp() override {
        KilledNight::SetUp();
        const fs::path all = world_ / "all";
        ASSERT_EQ(world_.run(with(words(all), {"--json"}), recorded(all, {})).code, 4);
        calls_ = read_record(world_ / "record");
        const std::string told = told_before(calls_, calls_.size());
        ASSERT_GE(count_lines(told, R"("event":"frame")"), 10U) << "the program's words are not in the record";
        ASSERT_EQ(count_lines(told, R"("event":"done")"), 1U);
    }
    struct Left {
        std::size_t before = 0;
        LeftDisk disk;
    };
    // So many power losses, in their order, each before any of these calls.
    void lose_power(int times, const std::vector<std::size_t>& calls, const PowerLoss& loss,
                    const std::function<void(Left)>& then) const {
        std::mt19937 dice(5);
        std::vector<std::size_t> moments(static_cast<std::size_t>(times));
        for (std::size_t& moment : moments) moment = calls[dice() % calls.size()];
        std::ranges::sort(moments);
        PowerLosses losses(calls_, loss);
        for (const std::size_t moment : moments) then({moment, losses.before(moment, dice)});
    }
    std::vector<std::size_t> all_calls() const {
        std::vector<std::size_t> calls(calls_.size() + 1);  // and behind the last one
        std::iota(calls.begin(), calls.end(), 0U);
        return calls;
    }
    // Before the calls that make the journal safe.
    std::vector<std::size_t> journal_syncs() const {
        std::vector<std::size_t> calls = all_calls();
        calls.pop_back();
        std::erase_if(calls, [&](std::size_t call) {
            return calls_[call].kind != RecordedCall::Kind::sync_file || calls_[call].name != "journal";
        });
        return calls;
    }
    // Each different one once.
    const KeptNight& look_at(const LeftDisk& disk) {
        const auto [kept, is_new] = looked_at_.try_emplace(all_that_counts(disk));
        if (is_new) {
            const fs::path folder = world_ / "look";
            fs::create_directory(folder);
            disk.put(folder);
            kept->second = kept_night(folder);
            fs::remove_all(folder);
        }
        return kept->second;
    }
    int broken_promises(int times, const std::vector<std::size_t>& calls, const PowerLoss& loss,
                        const std::function<void(LeftDisk&)>& change = {}) {
        int broken = 0;
        lose_power(times, calls, loss, [&](Left left) {
            if (change) change(left.disk);
            if (!broken_promise(look_at(left.disk), told_before(calls_, left.before)).empty()) ++broken;
        });
        return broken;
    }
    // On one thread, and without a checkpoint after each frame.
    Words quick_words(const fs::path& session) const {
        Words words = live_words("--replay", night_.session, session);
        *std::next(std::ranges::find(words, "--threads")) = "1";
        return words;
    }
    // Several nights that go on at the same time: most of the time each of them waits for the disk.
    void go_on(std::deque<Left> nights) const {
        struct Running {
            pid_t pid = 0;
            std::string name, when;
        };
        std::deque<Running> running;
        for (int count = 0; !nights.empty() || !running.empty();) {
            if (!nights.empty() && running.size() < 3) {
                const std::string name = "after-" + std::to_string(count++);
                fs::create_directory(world_ / name);
                nights.front().disk.put(world_ / name);
                running.push_back({world_.start(quick_words(world_ / name), name), name,
                                   "power lost before call " + std::to_string(nights.front().before)});
                nights.pop_front();
                continue;
            }
            const Running first = running.front();
            running.pop_front();
            const Finished done = world_.wait(first.pid, first.name);
            const bool was_done = done.code == 2 && done.err.find("finished") != std::string::npos;
            ASSERT_TRUE(done.code == 4 || was_done) << first.when << ": exit " << done.code << ", " << done.err;
            expect_whole(world_ / first.name, first.when);
            if (HasFatalFailure()) return;
            fs::remove_all(world_ / first.name);
        }
    }
    std::vector<RecordedCall> calls_;
    std::map<std::string, KeptNight> looked_at_;
};

TEST_F(LivePowerLoss, NothingThatWasToldIsLostAndTheNightGoesOn) {
    std::deque<Left> different;
    std::set<std::string> seen;
    lose_power(soaked(500), all_calls(), {}, [&](Left left) {
        const KeptNight& kept = look_at(left.disk);
        EXPECT_EQ(broken_promise(kept, told_before(calls_, left.before)), "")
            << "power lost before call " << left.before;
        LeftDisk read = left.disk;
        if (!kept.journal.empty()) read.files["journal"] = kept.journal;
        if (seen.insert(all_that_counts(read)).second) different.push_back(std::move(left));
    });
    EXPECT_GT(different.size(), 40U);
    go_on(std::move(different));
}

TEST_F(LivePowerLoss, WithoutSyncsOrSumsPromisesAreBroken) {
    EXPECT_EQ(broken_promises(500, journal_syncs(), {}), 0);
    EXPECT_GT(broken_promises(500, journal_syncs(), {}, make_sums_fit), 3) << "sums that nobody checks";
    EXPECT_GT(broken_promises(60, all_calls(), {"", 0, true, false}), 20) << "no syncs of files";
    EXPECT_GT(broken_promises(60, all_calls(), {"", 0, false, true}), 20) << "no syncs of folders";
}

}  // namespace
}  // namespace nightstack::test
