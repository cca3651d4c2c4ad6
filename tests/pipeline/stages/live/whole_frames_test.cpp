// SPDX-License-Identifier: MIT
// A frame enters whole or not at all, and what is pending shows nowhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <stdexcept>

#include "pipeline/stages/live/live_stack.h"

namespace nightstack {
namespace {

constexpr int kWidth = 300, kHeight = 200;

LiveStackOptions mono() {
    LiveStackOptions options;
    options.white_adu = 4095;
    return options;
}

float sample_at(int frame, int x, int y) { return static_cast<float>(((x * 31 + y * 17 + frame * 101) % 257) * 3); }

LiveFrame frame_of(int n) {
    LiveFrame frame;
    frame.footprint = {n % 3, n % 5, kWidth, kHeight};
    frame.weight = {5 + n % 4, 0, 0};
    frame.sample = [n, seen = frame.footprint](const Rect& tile, std::span<const ImageView<float>> out) {
        for (int y = 0; y < tile.height; ++y)
            for (int x = 0; x < tile.width; ++x)
                out[0](x, y) = seen.contains({tile.x + x, tile.y + y, 1, 1}) ? sample_at(n, tile.x + x, tile.y + y)
                                                                             : std::nanf("");
    };
    return frame;
}

enum class Look { never, after_each };

LiveStack stack_of(int frames, Look look = Look::never) {
    SerialRunner serial;
    LiveStack stack(mono());
    for (int n = 0; n < frames; ++n) {
        stack.add(frame_of(n), serial);
        if (look == Look::after_each)
            for (const auto& [place, tile] : stack.tiles()) tile->settle();
    }
    return stack;
}

TEST(WholeFrames, PendingFramesShowNowhere) {
    for (const int frames : {1, 3, 7, 8, 9, 30, 64, 65, 100})
        EXPECT_TRUE(stack_of(frames) == stack_of(frames, Look::after_each)) << frames;
}

// Many readers of a tile that has something pending; for the thread sanitizer too.
TEST(WholeFrames, ReadersMayBringInWhatIsPending) {
    const LiveStack stack = stack_of(5), want = stack_of(5, Look::after_each);
    SerialRunner serial;
    const LivePicture picture = want.snapshot(serial);
    ThreadRunner threads(4);
    std::atomic<int> same = 0;
    threads.run(4, 1, [&](int, int) {
        SerialRunner mine;
        const LivePicture got = stack.snapshot(mine);
        bool equal = true;
        for (int y = 0; y < picture.canvas.height; ++y)
            equal =
                equal && std::ranges::equal(got.planes[0].value.view().row(y), picture.planes[0].value.view().row(y));
        same += equal ? 1 : 0;
    });
    EXPECT_EQ(same, 4);
}

// Fails at the piece of that number.
class FailingRunner final : public Runner {
public:
    explicit FailingRunner(int at) : at_(at) {}
    int threads() const override { return 1; }
    void run(int n, int, const std::function<void(int, int)>& body) override {
        for (int i = 0; i < n; ++i) {
            if (i == at_) throw std::bad_alloc();
            body(i, i + 1);
        }
    }

private:
    int at_;
};

TEST(WholeFrames, AFrameThatFailsHalfWayIsNotThere) {
    SerialRunner serial;
    for (const int before : {0, 1, 8, 63}) {
        const LiveStack want = stack_of(before);
        LiveStack stack = stack_of(before);
        LiveFrame far = frame_of(before);  // makes tiles of its own
        far.footprint = {-200, 0, 700, kHeight};
        FailingRunner runner(3);
        EXPECT_THROW(stack.add(far, runner), std::bad_alloc);
        EXPECT_TRUE(stack == want) << before;
        EXPECT_EQ(stack.memory_bytes(), want.memory_bytes());
        LiveFrame bad = frame_of(before);
        bad.sample = [](const Rect& tile, std::span<const ImageView<float>> out) {
            for (float& v : out[0].row(0)) v = 1e6F;
            if (tile.x > 0) throw std::runtime_error("no");
        };
        EXPECT_THROW(stack.add(bad, serial), std::runtime_error);
        EXPECT_TRUE(stack == want) << before;
        stack.add(frame_of(before), serial);
        EXPECT_TRUE(stack == stack_of(before + 1)) << before;
    }
}

TEST(WholeFrames, ABlockThatClosedInPartIsClosedByTheNextFrame) {
    SerialRunner serial;
    LiveStack stack = stack_of(64);
    FailingRunner runner(2);
    EXPECT_THROW(stack.add(frame_of(64), runner), std::bad_alloc);
    EXPECT_EQ(stack.frames(), 64U);
    EXPECT_THROW(stack.merge(stack_of(0)), std::exception) << "half of its tiles would be the sums of a block";
    stack.add(frame_of(64), serial);
    EXPECT_TRUE(stack == stack_of(65));
}

TEST(WholeFrames, TilesThatAFrameDoesNotTouchAreNotMade) {
    SerialRunner serial;
    LiveStack stack(mono());
    LiveFrame corner = frame_of(0);
    std::atomic<int> asked = 0;
    corner.touches = [&](const Rect& tile) { return tile.x == 128; };
    corner.sample = [&asked, inner = corner.sample](const Rect& tile, std::span<const ImageView<float>> out) {
        ++asked;
        inner(tile, out);
    };
    EXPECT_EQ(stack.bytes_with(corner), 2 * LiveTile::bytes(1, 4));
    stack.add(corner, serial);
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(stack.memory_bytes(), 2 * LiveTile::bytes(1, 4));
    EXPECT_EQ(stack.extent(), (Rect{128, 0, 128, 200})) << "has a tile at every edge, or could not be read again";
    stack.add(frame_of(1), serial);
    EXPECT_EQ(stack.memory_bytes(), 6 * LiveTile::bytes(1, 4));
    EXPECT_EQ(stack.frames(), 2U);
}

}  // namespace
}  // namespace nightstack
