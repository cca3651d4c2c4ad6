// SPDX-License-Identifier: MIT
#include "tools/night/show/night_board.h"

#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/tools/night/show/made_night.h"

namespace nightstack::tools {
namespace {

using test::made_frame;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::uint64_t> seqs(const std::vector<NightFrame>& frames) {
    std::vector<std::uint64_t> out;
    for (const NightFrame& frame : frames) out.push_back(frame.seq);
    return out;
}

TEST(NightBoard, GivesFramesBehindOne) {
    NightBoard board;
    EXPECT_THAT(board.frames(), IsEmpty());
    EXPECT_THAT(board.spread_frames(3), IsEmpty());
    for (std::uint64_t seq = 1; seq <= 10; ++seq) board.put(made_frame(seq));
    EXPECT_THAT(seqs(board.frames(7)), ElementsAre(8, 9, 10));
    EXPECT_THAT(seqs(board.frames(4, 2)), ElementsAre(5, 6));
    EXPECT_THAT(board.frames(10), IsEmpty());
    EXPECT_THAT(board.frames(~0ULL), IsEmpty());
    EXPECT_THAT(seqs(board.spread_frames(3)), ElementsAre(2, 6, 10));
    EXPECT_THAT(seqs(board.spread_frames(5)), ElementsAre(2, 4, 6, 8, 10));
    EXPECT_THAT(board.spread_frames(10), SizeIs(10));
    EXPECT_THAT(board.spread_frames(11), SizeIs(10));
    EXPECT_EQ(board.frame_count(), 10u);
}

TEST(NightBoard, AmendsInPlace) {
    NightBoard board;
    board.put(made_frame(1));
    board.put(made_frame(2));
    board.put(made_frame(1, "rejected", "user"));
    EXPECT_EQ(board.frames().at(0).reason, "user");
    EXPECT_EQ(board.frames().at(1).verdict, "stacked");
}

TEST(NightBoard, NoticesAreToldOnceAndTheOldestGo) {
    NightBoard board;
    board.notice("one");
    board.notice("two");
    NightBoard::Notices news = board.notices(0);
    EXPECT_THAT(news.texts, ElementsAre("one", "two"));
    EXPECT_THAT(board.notices(news.said).texts, IsEmpty());
    board.notice("three");
    news = board.notices(news.said);
    EXPECT_THAT(news.texts, ElementsAre("three"));
    for (int i = 0; i < 60; ++i) board.notice(std::to_string(i));
    news = board.notices(news.said);
    EXPECT_EQ(news.said, 63u);
    ASSERT_THAT(news.texts, SizeIs(kNightNotices));
    EXPECT_EQ(news.texts.front(), "10");
    EXPECT_EQ(board.state().notices, news.texts);
}

TEST(NightBoard, WaitsForNewsOrAStop) {
    NightBoard board;
    const std::uint64_t seen = board.version();
    std::stop_source stop;
    std::jthread writer([&] { board.notice("news"); });
    EXPECT_NE(board.wait(seen, std::chrono::seconds(20), stop.get_token()), seen);
    std::jthread stopper([&] { stop.request_stop(); });
    board.wait(board.version(), std::chrono::seconds(20), stop.get_token());
    EXPECT_TRUE(stop.stop_requested());
}

TEST(NightBoard, NoChangeIsLost) {
    constexpr std::uint64_t kEach = 50'000;
    NightBoard board;
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w) {
        writers.emplace_back([&] {
            for (std::uint64_t i = 0; i < kEach; ++i)
                board.update([](NightState& s) { ++s.counts.in, ++s.counts.dropped; });
        });
    }
    writers.clear();  // waits
    EXPECT_EQ(board.state().counts.in, 4 * kEach);
    EXPECT_EQ(board.state().counts.dropped, 4 * kEach);
    EXPECT_EQ(board.version(), 4 * kEach);
}

// Writers of every kind and readers that look whenever they can: every state a reader sees adds up and is no older than
// one it saw before, and in the end all is there.
TEST(NightBoard, ManyWriteAndReadAtOnce) {
    constexpr int kWriters = 4;
    constexpr std::uint64_t kEach = 500;
    NightBoard board;
    std::atomic<bool> done{false};
    std::atomic<std::uint64_t> looked{0};
    std::vector<std::jthread> readers;
    for (int r = 0; r < 3; ++r) {
        readers.emplace_back([&](const std::stop_token& stop) {
            NightCounts before;
            std::uint64_t version = 0, since = 0;
            while (!done) {
                const std::uint64_t now = board.wait(version, std::chrono::milliseconds(5), stop);
                EXPECT_GE(now, version);
                version = now;
                const NightCounts c = board.state().counts;
                EXPECT_TRUE(c.add_up());
                EXPECT_GE(c.in, before.in);
                EXPECT_GE(c.stacked, before.stacked);
                before = c;
                for (const NightFrame& frame : board.frames(since)) EXPECT_EQ(frame.seq, ++since);
                const auto picture = board.picture();
                EXPECT_TRUE(!picture || picture->png.size() == picture->rev);
                ++looked;
            }
        });
    }
    std::mutex order;  // as the night's one sink gives numbers
    std::uint64_t seq = 0;
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
        writers.emplace_back([&, w] {
            for (std::uint64_t i = 0; i < kEach; ++i) {
                board.update([](NightState& s) { ++s.counts.in, ++s.counts.under_way; });
                const std::scoped_lock lock(order);
                board.put(made_frame(++seq, w == 0 ? "rejected" : "stacked"));
                board.update([w](NightState& s) {
                    --s.counts.under_way;
                    ++(w == 0 ? s.counts.rejected : s.counts.stacked);
                });
                board.show(std::make_shared<NightPicture>(NightPicture{seq, std::vector<std::byte>(seq)}));
                if (i % 100 == 0) board.notice("writer " + std::to_string(w));
            }
        });
    }
    writers.clear();  // waits
    done = true;
    readers.clear();
    const NightState state = board.state();
    EXPECT_EQ(state.counts.in, kWriters * kEach);
    EXPECT_EQ(state.counts.rejected, kEach);
    EXPECT_EQ(state.counts.stacked, (kWriters - 1) * kEach);
    EXPECT_EQ(state.counts.under_way, 0u);
    EXPECT_EQ(board.frame_count(), kWriters * kEach);
    EXPECT_EQ(board.notices(0).said, kWriters * kEach / 100);
    EXPECT_GT(looked, 0u);
}

}  // namespace
}  // namespace nightstack::tools
