// SPDX-License-Identifier: MIT
// A night in this process, on plain threads, so that the thread sanitizer sees all of it: source, journal, checkpoints,
// board and those who read it, a stop at any moment, going on.
#include "tools/night/core/night_run.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "io/files/sha256.h"
#include "tests/support/small_night.h"
#include "tests/support/temp_folder.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/source/folder_source.h"
#include "tools/session/session_search.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr int kFrames = 9;

// What a night has come to.
struct Ended {
    bool whole = false;  // all of its frames are in
    std::string state;   // SHA-256 of its stack
    NightCounts counts;
    std::size_t views = 0;
};

class NightRunTest : public testing::Test {
protected:
    NightRunTest() {
        ::setenv("XDG_CACHE_HOME", (temp_ / "cache").c_str(), 1);  // NOLINT(concurrency-mt-unsafe): masters are kept
        test::SmallNightOptions o;
        o.layout = test::NightLayout::sorted;
        o.width = 240, o.height = 160, o.frames = kFrames, o.darks = 2;
        o.device_failed = {4};
        night_ = test::write_small_night(temp_ / "card", o);
        // The very first as well: what the rest is held against comes while it is on its way.
        for (const std::size_t i : {0, 6}) fs::resize_file(night_.lights[i], fs::file_size(night_.lights[i]) - 4000);
        options_.demosaic = "superpixel";
        options_.method = "stream";
        options_.threads = 2;
        options_.inputs = {night_.session};
    }
    NightRunOptions run_options(const fs::path& folder) const {
        NightRunOptions o;
        o.stack = options_;
        o.folder = folder;
        o.memory = std::size_t{1} << 30;
        o.frames = kFrames;
        o.checkpoint_after = 0s;
        o.show_pause = 0ms;
        return o;
    }
    std::unique_ptr<NightSource> replay() {
        return std::make_unique<ReplaySource>(find_sessions(options_, talk_, {}).sessions.at(0));
    }
    std::unique_ptr<NightSource> watch(const fs::path& folder) const {
        WatchPlan plan;
        plan.watch.folder = folder;
        plan.watch.settle = 20ms;
        plan.watch.look = 50ms;
        plan.quiet = 2s;
        return std::make_unique<WatchSource>(plan);
    }
    // One run of the night in `folder`, as a call makes it, with readers of all that is shown beside it, until the end
    // or until `frames` have their verdict.
    Ended run(const fs::path& folder, NightSource& source, FlowWorkers& workers, std::size_t frames = kFrames) {
        Night night = open_night(folder, temp_ / "nights", {"test", "replay x", "x", "{}", "{}", "", ""});
        NightBoard board;
        std::stop_source stop;
        const std::stop_token stopped = stop.get_token();
        Ended ended;
        {
            const std::jthread reader([&](const std::stop_token& over) {
                for (std::uint64_t seen = 0; !over.stop_requested(); seen = board.wait(seen, 50ms, over)) {
                    const NightCounts c = board.state().counts;
                    EXPECT_EQ(c.in, c.stacked + c.rejected + c.failed + c.under_way);
                    EXPECT_GE(board.frames().size() + c.under_way, c.in);
                }
            });
            // As a scope does, whose diary is in the night's.
            const std::jthread diary([&](const std::stop_token& over) {
                while (!over.stop_requested()) {
                    night.journal->keep({SourceRecord{"of a source's own"}});
                    std::this_thread::sleep_for(20ms);
                }
            });
            NightRun run(run_options(folder), source, *night.journal, board, workers, talk_, stopped);
            std::uint64_t shown = 0;
            run.on_view([&](const NightView& view) {
                EXPECT_GT(view.rev, shown);
                shown = view.rev;
                ++ended.views;
            });
            run.on_frame([&](const NightFrame& frame, const FrameStars*) {
                if (frame.seq >= frames) stop.request_stop();
            });
            if (night.goes_on) run.resume();
            run.run();
            EXPECT_TRUE(shown == 0 || shown == board.state().rev) << "the last picture is that of the last stack";
            ended.counts = board.state().counts;
            ended.whole = ended.counts.in == kFrames;
            if (!run.has_stack()) return ended;
            if (!ended.whole) {
                run.keep_now();
                return ended;
            }
            const LiveState state = run.take_state();
            const fs::path file = temp_ / "state.nst";
            save_state(file, state.stack, state.ledger, io::Overwrite::yes, workers.steps());
            ended.state = io::sha256_of_file(file);
        }
        return ended;
    }
    static void expect_all(const NightCounts& counts) {
        EXPECT_EQ(counts.in, static_cast<std::uint64_t>(kFrames));
        EXPECT_EQ(counts.stacked, 6U);
        EXPECT_EQ(counts.rejected + counts.failed, 3U);
    }

    test::TempFolder temp_;
    test::SmallNight night_;
    StackOptions options_;
    Talk talk_{Loudness::quiet, false};
};

TEST_F(NightRunTest, BrokenOffAnywhereItComesToTheSame) {
    ThreadWorkers workers(2);
    const Ended whole = run(temp_ / "whole", *replay(), workers);
    expect_all(whole.counts);
    EXPECT_GT(whole.views, 0U);
    for (const std::size_t frames : {2, 5}) {
        const fs::path folder = temp_ / ("broken-" + std::to_string(frames));
        Ended last;
        int runs = 0;
        for (std::size_t until = frames; !last.whole && runs < 20; until += frames, ++runs)
            last = run(folder, *replay(), workers, until);
        EXPECT_EQ(last.state, whole.state) << "every " << frames << " frames";
        expect_all(last.counts);
        EXPECT_GT(runs, 1) << "it was not broken off";
    }
}

// Frames of a camera that takes them while the night is stacked.
TEST_F(NightRunTest, AFolderThatFillsComesToTheSame) {
    ThreadWorkers workers(2);
    const Ended whole = run(temp_ / "whole", *replay(), workers);
    const fs::path watched = temp_ / "watched";
    fs::create_directories(watched / "lights");
    fs::copy(night_.session / "darks", watched / "darks");
    const std::jthread camera([&] {
        // As a replay has them: those that the device has marked come last.
        auto lights = night_.lights;
        std::ranges::stable_partition(lights,
                                      [](const fs::path& p) { return !p.filename().string().starts_with("failed"); });
        for (const fs::path& light : lights) {
            fs::copy_file(light, watched / "lights" / light.filename());
            std::this_thread::sleep_for(30ms);
        }
    });
    const Ended ended = run(temp_ / "live", *watch(watched), workers);
    EXPECT_EQ(ended.counts.stacked, whole.counts.stacked);
    EXPECT_EQ(ended.counts.in, whole.counts.in) << "two frames are never whole, and are told at the end";
}

#ifndef __SANITIZE_THREAD__  // TBB's own locks are not known to the thread sanitizer
TEST_F(NightRunTest, TheProgramsThreadsComeToTheSame) {
    ThreadWorkers plain(3);
    TbbRunner runner(3);
    TbbWorkers tbb(runner);
    const Ended on_threads = run(temp_ / "threads", *replay(), plain);
    const Ended on_tbb = run(temp_ / "tbb", *replay(), tbb);
    EXPECT_EQ(on_threads.state, on_tbb.state);
    expect_all(on_tbb.counts);
}
#endif

}  // namespace
}  // namespace nightstack::tools
