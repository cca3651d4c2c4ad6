// SPDX-License-Identifier: MIT
// A night that is to be broken off in every way, what becomes of it when nobody touches it, and how it is found whole
// again.
#pragma once

#include <gmock/gmock.h>

#include <chrono>

#include "tests/support/crash/disk_model.h"
#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"

namespace nightstack::test {

// Tiny frames, some of them bad, behind one of another kind; a checkpoint after each.
class KilledNight : public testing::Test {
protected:
    virtual int frames() const { return 14; }
    void SetUp() override {
        SmallNightOptions o;
        o.layout = NightLayout::sorted;
        o.width = 240;
        o.height = 160;
        o.frames = frames();
        o.darks = 2;
        o.device_failed = {4};
        night_ = write_small_night(world_ / "card", o);
        const std::filesystem::path& damaged = night_.lights[static_cast<std::size_t>(frames() * 2 / 3)];
        std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) - 4000);
        SmallNightOptions shot;  // a test shot comes first, and is outvoted
        shot.width = 120;
        shot.height = 80;
        shot.frames = 1;
        const SmallNight other = write_small_night(world_ / "shot", shot);
        std::filesystem::copy_file(other.lights.front(), night_.lights.front().parent_path() / "0.fits");
        want_ = stacked_at_once(world_, night_.session);
        ASSERT_FALSE(want_.fits.empty());
        const auto begin = std::chrono::steady_clock::now();
        const Finished done = world_.run(live_words("--replay", night_.session, world_ / "whole", kOften));
        ASSERT_EQ(done.code, 4) << done.err;
        whole_run_ = std::chrono::steady_clock::now() - begin;
        ASSERT_EQ(sha256_of(result_of(world_ / "whole", ".fits")), want_.fits);
    }
    Words words(const std::filesystem::path& session) const {
        return live_words("--replay", night_.session, session, kOften);
    }
    void expect_whole(const std::filesystem::path& session, const std::string& when) const {
        ASSERT_FALSE(result_of(session, ".fits").empty()) << when;
        ASSERT_EQ(sha256_of(result_of(session, ".fits")), want_.fits) << when;
        ASSERT_EQ(sha256_of(result_of(session, ".nst")), want_.state) << when;
        ASSERT_EQ(read_json(result_of(session, ".json"))["counts"]["in"], frames() + 1) << when;
        ASSERT_THAT(files_ending(session, ".part"), testing::IsEmpty()) << when;
    }
    // Killed after its last words.
    bool is_finished(const std::filesystem::path& session) const {
        const Finished again = world_.run(words(session));
        if (again.code == 4) return true;  // it went on just now
        const bool finished = again.code == 2 && again.err.find("finished") != std::string::npos;
        if (!finished) std::fprintf(stderr, "exit %d: %s\n", again.code, again.err.c_str());
        return finished;
    }
    CallOptions recorded(const std::filesystem::path& below,
                         const std::vector<std::pair<std::string, std::string>>& more) const {
        CallOptions call;
        call.environment = {{"LD_PRELOAD", NIGHTSTACK_CALL_RECORDER},
                            {"NIGHTSTACK_RECORD_BELOW", below.string()},
                            {"NIGHTSTACK_RECORD_TO", (world_ / "record").string()}};
        call.environment.insert(call.environment.end(), more.begin(), more.end());
        return call;
    }

    static inline const Words kOften{"--checkpoint", "0"};  // after each frame
    World world_;
    SmallNight night_;
    StackedAtOnce want_;
    std::chrono::duration<double> whole_run_{};
};

}  // namespace nightstack::test
