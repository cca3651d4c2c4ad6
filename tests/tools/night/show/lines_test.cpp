// SPDX-License-Identifier: MIT
#include "tools/night/show/night_lines.h"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "tests/tools/night/show/made_night.h"
#include "tools/night/show/night_events.h"

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;
using test::made_frame;
using test::made_state;
using testing::ElementsAre;
using testing::IsEmpty;

const NightLineWriter::Clock::time_point kBegin{};

NightNews news_of(std::vector<NightFrame> frames, std::vector<std::string> notices = {}, bool last = false) {
    return {made_state(), std::move(frames), std::move(notices), last};
}

TEST(FrameLine, TellsWhy) {
    EXPECT_EQ(frame_line(made_frame(3)), "frame 3 m42_3.fits stacked");
    EXPECT_EQ(frame_line(made_frame(4, "rejected", "no_match")),
              "frame 4 m42_4.fits rejected (no match): 1234 ADU, at most 900");
    NightFrame odd = made_frame(5, "failed", "io");
    odd.file = "\x1B[2Jx\n.fits";
    odd.text = "cannot\x07 be read";
    EXPECT_EQ(frame_line(odd), "frame 5 \\x1B[2Jx\\x0A.fits failed (io): cannot\\x07 be read");
}

TEST(NightLineWriter, SumsUpWhatWasStackedAndNamesTheRest) {
    NightLineWriter writer(false);
    const std::string summary =
        " more stacked: 118 of 130 that came, noise 4.75 ADU (floor 1.30), SNR 31.5, FWHM 2.93 px, written 2.1 GB/h";
    EXPECT_THAT(writer.take(news_of({made_frame(1), made_frame(2)}), kBegin), ElementsAre("2" + summary));
    EXPECT_THAT(writer.take(news_of({made_frame(3), made_frame(4, "rejected", "stars"), made_frame(5)}), kBegin + 5s),
                ElementsAre("frame 4 m42_4.fits rejected (stars): 1234 ADU, at most 900"));
    EXPECT_THAT(writer.take(news_of({}, {"clouds\x1B"}), kBegin + 6s), ElementsAre("clouds\\x1B"));
    EXPECT_THAT(writer.take(news_of({made_frame(6)}), kBegin + 10s), ElementsAre("3" + summary));
    EXPECT_THAT(writer.take(news_of({}), kBegin + 60s), IsEmpty());
    EXPECT_THAT(writer.take(news_of({made_frame(7)}), kBegin + 61s), ElementsAre("1" + summary));
    EXPECT_THAT(writer.take(news_of({made_frame(8)}), kBegin + 62s), IsEmpty());
    EXPECT_THAT(writer.take(news_of({}, {}, true), kBegin + 63s), ElementsAre("1" + summary));
}

TEST(NightLineWriter, NamesEveryFrameWhereAskedTo) {
    NightLineWriter writer(true);
    EXPECT_THAT(writer.take(news_of({made_frame(1), made_frame(2)}), kBegin),
                ElementsAre("frame 1 m42_1.fits stacked", "frame 2 m42_2.fits stacked"));
    EXPECT_THAT(writer.take(news_of({}, {}, true), kBegin + 99s), IsEmpty());
}

TEST(NightEventWriter, TellsFramesStackAndState) {
    NightEventWriter writer;
    const auto events = [&](const NightNews& news, auto now) {
        std::vector<std::string> names;
        for (const std::string& line : writer.take(news, now)) names.push_back(nlohmann::json::parse(line)["event"]);
        return names;
    };
    NightNews news = news_of({made_frame(1), made_frame(2, "rejected", "stars")});
    EXPECT_THAT(events(news, kBegin), ElementsAre("frame", "frame", "stack", "state"));
    news.frames.clear();
    EXPECT_THAT(events(news, kBegin + 5s), IsEmpty());  // nothing new
    ++news.state.rev;
    EXPECT_THAT(events(news, kBegin + 6s), ElementsAre("stack", "state"));
    ++news.state.rev;
    EXPECT_THAT(events(news, kBegin + 7s), ElementsAre("stack"));
    news.last = true;
    EXPECT_THAT(events(news, kBegin + 7s), ElementsAre("state"));
}

// While another thread writes: every frame and notice once, in order, whatever came in between two looks.
TEST(NightFollower, LeavesNothingOut) {
    NightBoard board;
    for (std::uint64_t seq = 1; seq <= 1000; ++seq) board.put(made_frame(seq));  // as after a resume
    std::uint64_t seen = 0, in = 0;
    std::vector<std::string> notices;
    int lasts = 0;
    {
        const NightFollower follower(board, {1ms, 20ms}, [&](const NightNews& news) {
            for (const NightFrame& frame : news.frames) EXPECT_EQ(frame.seq, ++seen);
            notices.insert(notices.end(), news.notices.begin(), news.notices.end());
            in = news.state.counts.in;
            EXPECT_EQ(lasts, 0);
            lasts += news.last ? 1 : 0;
            if (seen % 3 == 0) throw std::runtime_error("a teller that fails");
        });
        for (std::uint64_t seq = 1001; seq <= 3000; ++seq) {
            board.put(made_frame(seq));
            if (seq % 100 == 0) std::this_thread::sleep_for(2ms);
            if (seq % 500 == 0) board.notice(std::to_string(seq));
        }
        board.update([](NightState& s) { s.counts.in = s.counts.stacked = 3000; });
    }
    EXPECT_EQ(seen, 3000u);
    EXPECT_EQ(in, 3000u);
    EXPECT_EQ(lasts, 1);
    EXPECT_THAT(notices, ElementsAre("1500", "2000", "2500", "3000"));
}

TEST(NightFollower, TellsTheRestAtItsEnd) {
    NightBoard board;
    std::vector<std::uint64_t> seen;
    bool last = false;
    {
        const NightFollower follower(board, {10s, 60s}, [&](const NightNews& news) {
            for (const NightFrame& frame : news.frames) seen.push_back(frame.seq);
            EXPECT_FALSE(last);
            last = news.last;
        });
        std::this_thread::sleep_for(20ms);  // its first look is over
        for (std::uint64_t seq = 1; seq <= 1000; ++seq) board.put(made_frame(seq));
    }
    EXPECT_THAT(seen, testing::SizeIs(1000));
    EXPECT_TRUE(last);
}

TEST(NightFollower, KeepsItsPace) {
    NightBoard board;
    std::atomic<int> told{0};
    const auto begin = std::chrono::steady_clock::now();
    {
        const NightFollower follower(board, {50ms, 1000ms}, [&](const NightNews&) { ++told; });
        while (std::chrono::steady_clock::now() - begin < 500ms) {
            board.notice("news");
            std::this_thread::sleep_for(1ms);
        }
    }
    const auto time = std::chrono::steady_clock::now() - begin;
    EXPECT_GE(told, 2);
    EXPECT_LE(told, time / 50ms + 2);
}

TEST(NightFollower, EndsAtOnce) {
    NightBoard board;
    const auto begin = std::chrono::steady_clock::now();
    {
        const NightFollower follower(board, {10s, 60s}, [](const NightNews&) {});
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

}  // namespace
}  // namespace nightstack::tools
