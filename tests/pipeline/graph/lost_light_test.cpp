// SPDX-License-Identifier: MIT
// The finishing pass when a light cannot be read any more, and what memory it takes.
#include <gtest/gtest.h>

#include <functional>
#include <new>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

// A light that is lost between the two passes: the products come all the same, and tell.
class LostLight : public testing::Test {
protected:
    LostLight() : night_(moving_night(kLights), 70) {
        options_.live.clip_depth = 2;
        options_.finish = true;
    }
    // Light 3 has only so many rows in the second pass; `instead` may throw something else than IoError.
    Stack run(int rows, int threads = 2, std::function<void()> instead = {}) {
        bool second = false;
        std::vector<Light> lights = night_.lights();
        lights[3].read = [&, read = lights[3].read, instead](ImageView<float> out, Rect region, int plane) {
            if (second && region.bottom() > rows) {
                if (instead) instead();
                throw IoError("night/3.fits: gone", 5);
            }
            read(out, region, plane);
        };
        const PhaseProgress progress = [&](const char* phase, const char*, int) {
            second = second || std::string(phase) == "rebuilding";
            return [] {};
        };
        Stack stack;
        ThreadRunner runner(threads);
        stack.summary = run_stream(lights, options_, keeper(stack), runner, progress, {});
        return stack;
    }
    static constexpr int kLights = 9;
    const RenderedNight night_;
    StreamOptions options_;
};

TEST_F(LostLight, LeavesWhatIsFlaggedFlagged) {
    options_.finish = false;
    const Stack before = run(0);
    options_.finish = true;
    const Stack whole = run(1000), lost = run(0);
    ASSERT_EQ(whole.summary.stacked, static_cast<std::size_t>(kLights));
    EXPECT_GT(whole.summary.finish->rebuilt, 0U);
    EXPECT_TRUE(whole.summary.finish->unread.empty());
    EXPECT_EQ(whole.summary.finish->left, 0U);
    EXPECT_FALSE(whole.same_pixels(before));
    const LiveFinish& done = *lost.summary.finish;
    ASSERT_EQ(done.unread.size(), 1U);
    EXPECT_EQ(done.unread.begin()->second, "night/3.fits: gone");
    EXPECT_EQ(done.left + done.rebuilt, whole.summary.finish->rebuilt);
    EXPECT_GT(done.left, 0U);
    EXPECT_EQ(lost.summary.stacked, static_cast<std::size_t>(kLights)) << "it is in the stack";
    if (done.rebuilt == 0) {
        EXPECT_TRUE(lost.same_pixels(before));
    }
}

// A truncated file: its upper rows are still there.
TEST_F(LostLight, FinishesTheTilesThatCanBeOnAnyNumberOfThreads) {
    const Stack whole = run(1000), one = run(150, 1), three = run(150, 3);
    const LiveFinish& done = *one.summary.finish;
    EXPECT_GT(done.left, 0U);
    EXPECT_GT(done.rebuilt, 0U);
    EXPECT_EQ(done.left + done.rebuilt, whole.summary.finish->rebuilt);
    EXPECT_TRUE(one.same_pixels(three));
}

TEST_F(LostLight, AStopIsNoTroubleOfAFile) {
    EXPECT_THROW(run(0, 2, [] { throw Interrupted(); }), Interrupted);
    EXPECT_THROW(run(0, 2, [] { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST_F(LostLight, MemoryOfThePassIsCountedForOneThreadAndMoreJoinAsItAllows) {
    const StreamMemory need = stream_memory(night_.format(), options_.live, true);
    const std::size_t without = stream_memory(night_.format(), options_.live, false).least;
    EXPECT_EQ(need.least, without + need.finish);
    EXPECT_GT(need.finish, 2 * LiveTile::bytes(3, 2));
    const Stack most = run(1000, 3);
    EXPECT_EQ(most.summary.finish->threads, 3);
    options_.memory_bytes = need.most;
    const Stack least = run(1000, 3);
    EXPECT_LT(least.summary.finish->threads, 3);
    EXPECT_TRUE(least.same_pixels(most));
    options_.memory_bytes = without;
    EXPECT_THROW(run(1000), OptionError);
}

}  // namespace
}  // namespace nightstack
