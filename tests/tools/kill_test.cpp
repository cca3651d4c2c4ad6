// SPDX-License-Identifier: MIT
// Killed at any moment, without a chance to tidy up: what stands under a final name is whole, and the next run is as if
// nothing had been, and takes away what was left.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/support/soak.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;

using Clock = std::chrono::steady_clock;
using Hashes = std::map<std::string, std::string>;  // by file name

class Kill : public testing::Test {
protected:
    void SetUp() override {
        SmallNightOptions o;
        o.frames = 6;
        o.darks = 3;
        night_ = write_small_night(world_ / "card", o);
        for (const fs::path& path : files_ending(world_ / "card", ".fits")) inputs_[path.string()] = sha256_of(path);
        const Clock::time_point begin = Clock::now();
        ASSERT_EQ(world_.stack(words()).code, 0);
        whole_run_ = Clock::now() - begin;
        products_ = hashes_in(world_.path());
        masters_ = hashes_in(world_.cache() / "masters");
        ASSERT_TRUE(products_.contains("result.fits") && products_.contains("result.png"));
        ASSERT_FALSE(masters_.empty());
    }
    Words words() const { return {night_.session.string(), "--tiff"}; }

    // Files there and in no folder below it; what is not published yet ends in .part. Reports tell the time of day.
    static Hashes hashes_in(const fs::path& folder) {
        Hashes hashes;
        for (const auto& entry : fs::directory_iterator(folder)) {
            const std::string name = entry.path().filename();
            if (entry.is_regular_file() && !name.ends_with(".part") && !name.starts_with("call.") &&
                !name.ends_with(".json"))
                hashes[name] = sha256_of(entry.path());
        }
        return hashes;
    }
    static void expect_part_of(const Hashes& found, const Hashes& whole, const std::string& when) {
        for (const auto& [name, hash] : found) {
            ASSERT_TRUE(whole.contains(name)) << name << ", " << when;
            EXPECT_EQ(hash, whole.at(name)) << name << ", " << when;
        }
    }
    void remove_results() const {
        for (const auto& [name, hash] : products_) fs::remove(world_ / name);
        fs::remove(world_ / "result.json");
        fs::remove_all(world_.cache());
    }
    // From its start on or, so that it is killed while files get their names, from when the first has got one.
    enum class From { start, first_name };
    void kill_after(From from, std::chrono::duration<double> time) const {
        Words all{"stack"};
        for (const std::string& word : words()) all.push_back(word);
        all.insert(all.end(), {"--output", world_.result().string()});
        const pid_t pid = world_.start(all, "call");
        const Clock::time_point latest = Clock::now() + 4 * std::chrono::duration_cast<Clock::duration>(whole_run_);
        while (from == From::first_name && !has_any_name() && Clock::now() < latest)
            std::this_thread::sleep_for(std::chrono::microseconds(50));
        std::this_thread::sleep_for(time);
        ::kill(pid, SIGKILL);
        world_.wait(pid, "call");
    }
    bool has_any_name() const {
        return std::any_of(products_.begin(), products_.end(),
                           [&](const auto& p) { return fs::exists(world_ / p.first); });
    }
    void expect_whole(const std::string& when) const {
        expect_part_of(hashes_in(world_.path()), products_, when);
        if (fs::exists(world_.cache() / "masters"))
            expect_part_of(hashes_in(world_.cache() / "masters"), masters_, when);
        const fs::path report = world_ / "result.json";
        if (fs::exists(report)) {
            EXPECT_EQ(read_json(report)["counts"]["stacked"], 6) << when;
        } else {
            EXPECT_FALSE(fs::exists(world_.result())) << "the FITS comes last, " << when;
        }
    }

    World world_;
    SmallNight night_;
    Hashes inputs_, products_, masters_;
    std::chrono::duration<double> whole_run_{};
};

TEST_F(Kill, AtRandomTimesLeavesNoHalfFileAndNoTraceAfterTheNextRun) {
    std::mt19937 random(11);
    const int kills = soaked(20);
    int before_the_end = 0;
    std::size_t left = 0;  // unfinished files
    for (int i = 0; i < kills; ++i) {
        remove_results();
        const From from = i % 4 == 3 ? From::first_name : From::start;
        const double low = i % 2 == 0 ? 0 : 0.7;  // of the whole run
        const auto after = from == From::start
                               ? whole_run_ * std::uniform_real_distribution<double>(low, 1.05)(random)
                               : std::chrono::duration<double>(std::exponential_distribution<double>(300)(random));
        kill_after(from, after);
        if (!fs::exists(world_.result())) ++before_the_end;
        left += files_ending(world_.path(), ".part").size();
        expect_whole("killed after " + std::to_string(after.count()) + " of " + std::to_string(whole_run_.count()));
        if (HasFatalFailure() || i % 5 != 0) continue;
        Words again = words();
        again.emplace_back("--force");
        const auto run = world_.stack(again);
        ASSERT_EQ(run.code, 0) << run.err;
        EXPECT_EQ(hashes_in(world_.path()), products_);
        EXPECT_THAT(files_ending(world_.path(), ".part"), testing::IsEmpty());
    }
    EXPECT_GT(left, 0U) << "no run was killed while it wrote";
    EXPECT_GT(before_the_end, kills / 4) << "most runs were over before they were killed";
    for (const auto& [path, hash] : inputs_) EXPECT_EQ(sha256_of(path), hash) << path;
}

}  // namespace
}  // namespace nightstack::test
