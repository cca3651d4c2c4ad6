// SPDX-License-Identifier: MIT
// A stream into its stack: the same as of the film, counts that add up at every moment, and what the board tells.
#include "tools/night/stream/stream_play.h"

#include <gmock/gmock.h>

#include <atomic>
#include <cstring>
#include <optional>
#include <thread>

#include "pipeline/graph/tbb_runner.h"
#include "tests/tools/night/stream/star_stream.h"
#include "tools/night/stream/stream_place.h"

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;
using namespace io::test;
using test::eventually;
using testing::HasSubstr;

FeedOptions feed_of(std::uint16_t port, std::uint64_t pictures) {
    FeedOptions o;
    o.source = {"127.0.0.1", port, {"/video"}};
    o.times = stream_times(20s);
    o.times.first_pause = 1ms;
    o.pictures = pictures;
    o.time = 60s;  // a test that fails ends
    return o;
}

PlayOptions groups_of(int group) {
    PlayOptions o;
    o.video.group = group;
    o.show_pause = 0ms;
    return o;
}

// A stream that is played, from a feed to a board.
struct Played {
    NightBoard board;
    StreamFeed feed;
    std::optional<StreamWatch> watch;
    TbbRunner runner{2};
    StreamPlay play;
    Played(const FeedOptions& feed_options, const PlayOptions& options, PlayHooks hooks = {})
        : feed(feed_options, {}),
          watch(std::in_place, board, feed, "a camera"),
          play(options, std::move(hooks), feed, *watch, board, runner) {}
    void run() {
        play.run();
        watch.reset();
    }
};

bool same(const Image<float>& a, const Image<float>& b) {
    if (a.width() != b.width() || a.height() != b.height()) return false;
    for (int y = 0; y < a.height(); ++y) {
        const auto one = a.cview().row(y), other = b.cview().row(y);
        if (std::memcmp(one.data(), other.data(), one.size_bytes()) != 0) return false;
    }
    return true;
}

TEST(StreamPlay, WithoutALossItIsTheStackOfTheFilm) {
    const std::vector<std::string> jpegs = test::star_pictures(21);
    test::StarServer server(test::parts_of(jpegs), jpegs.size());
    std::vector<NightFrame> told;
    std::vector<std::uint64_t> views;
    PictureSize size;
    PlayHooks hooks;
    hooks.frame = [&](const NightFrame& frame) { told.push_back(frame); };
    hooks.reference = [&](PictureSize s) { size = s; };
    hooks.view = [&](const NightView& view) {
        views.push_back(view.rev);
        EXPECT_EQ(view.picture.planes.size(), 3U);
    };
    Played stream(feed_of(server.port(), jpegs.size()), groups_of(5), hooks);
    stream.run();

    TbbRunner runner(1);
    VideoRun film(groups_of(5).video, runner);
    std::size_t at = 0;
    const NextPicture next = [&](std::vector<std::byte>& jpeg) {
        if (at == jpegs.size()) return false;
        const auto bytes = std::as_bytes(std::span(jpegs[at++]));
        jpeg.assign(bytes.begin(), bytes.end());
        return true;
    };
    while (film.step(next)) {
    }
    ASSERT_EQ(film.counts().stacked, 21U);
    const Rect shown = film.canvas().pixels;
    const LivePicture a = film.stack()->snapshot(shown, runner),
                      b = stream.play.film().stack()->snapshot(shown, runner);
    for (std::size_t p = 0; p < 3; ++p) EXPECT_TRUE(same(a.planes[p].value, b.planes[p].value)) << p;

    const NightState state = stream.board.state();
    EXPECT_EQ(state.counts.in, 21U);
    EXPECT_EQ(state.counts.stacked, 21U);
    EXPECT_EQ(state.counts.under_way, 0U);
    EXPECT_EQ(state.rev, 5U);
    EXPECT_FALSE(state.scope) << "it has ended, it is not lost";
    ASSERT_EQ(told.size(), 5U);
    EXPECT_EQ(told[1].file, "pictures 6 to 10");
    EXPECT_EQ(stream.board.frame_count(), 5U);
    EXPECT_EQ(size, (PictureSize{320, 240}));
    ASSERT_FALSE(views.empty());
    EXPECT_EQ(views.back(), 5U) << "the last one is shown";
}

TEST(StreamPlay, WhatASlowStackMissesIsCountedAndAddsUpAtEveryMoment) {
    std::vector<std::string> parts = test::parts_of(test::star_pictures(40));
    parts[11] = part("no picture");  // broken on the way
    parts[17] = part(picture(5));    // a picture by its markers alone
    parts[23] = parts[22];           // the same again
    test::StarServer server(parts, 200, 2ms);
    FeedOptions feed = feed_of(server.port(), 195);  // 5 of 200 are no picture
    feed.waiting = 5;
    PlayHooks hooks;
    hooks.before_batch = [] { std::this_thread::sleep_for(40ms); };
    Played stream(feed, groups_of(4), hooks);
    std::atomic<bool> over{false};
    std::uint64_t moments = 0;
    std::jthread looking([&] {  // the board asserts it as well
        while (!over) {
            const NightCounts c = stream.watch->counts();
            EXPECT_TRUE(c.add_up());
            ++moments;
            std::this_thread::sleep_for(1ms);
        }
    });
    stream.play.run();
    over = true;
    looking.join();
    stream.watch.reset();
    const NightState state = stream.board.state();
    const NightCounts& c = state.counts;
    EXPECT_EQ(server.sent(), 200U);
    EXPECT_EQ(c.in, 200U);
    EXPECT_EQ(c.in, c.stacked + c.rejected + c.dropped + c.failed);
    EXPECT_EQ(state.reasons.at("no_picture"), 5U);
    EXPECT_EQ(state.reasons.at("repeated"), 5U);
    EXPECT_GT(state.reasons.at("missed"), 50U);
    EXPECT_GT(c.stacked, 0U);
    EXPECT_GT(moments, 20U);
}

TEST(StreamPlay, TheBoardTellsOfSilenceAndOfItsEnd) {
    const std::vector<std::string> parts = test::parts_of(test::star_pictures(20));
    StreamServer server([&](StreamPeer& peer) {
        peer.answer();
        if (peer.connection() == 1) {
            for (int i = 0; i < 9; ++i) peer.send(parts[static_cast<std::size_t>(i)]);
            peer.stays(20s);
            return;
        }
        for (int i = 9; i < 20; ++i) {
            peer.send(parts[static_cast<std::size_t>(i)]);
            std::this_thread::sleep_for(100ms);
        }
        peer.stays(20s);
    });
    FeedOptions feed = feed_of(server.port(), 20);
    feed.times.lost = 1'500ms;
    feed.times.quiet = 400ms;
    Played stream(feed, groups_of(4));
    std::jthread watched([&] {
        EXPECT_TRUE(eventually([&] {
            const auto scope = stream.board.state().scope;
            return scope && !scope->online && scope->doing == io::words(io::StreamState::quiet);
        })) << "silence is not told";
    });
    stream.run();
    watched.join();
    std::string notices;
    for (const std::string& notice : stream.board.state().notices) notices += notice + "\n";
    EXPECT_THAT(notices, HasSubstr("the stream is silent"));
    EXPECT_THAT(notices, HasSubstr("the stream is there, after "));
    EXPECT_EQ(stream.board.state().counts.stacked, 20U);
    EXPECT_EQ(stream.feed.received().lost, 1U);
}

}  // namespace
}  // namespace nightstack::tools
