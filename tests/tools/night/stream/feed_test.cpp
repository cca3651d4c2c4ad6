// SPDX-License-Identifier: MIT
// A stream on its way to the stack: what is counted, what ends it, what breaks and hostile bytes cost.
#include "tools/night/stream/stream_feed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/tools/night/stream/star_stream.h"
#include "tools/night/stream/stream_place.h"

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;
using namespace io::test;
using test::eventually;

FeedOptions feed_of(std::uint16_t port) {
    FeedOptions o;
    o.source = {"127.0.0.1", port, {"/video"}};
    o.times = stream_times(20s);
    o.times.first_pause = 1ms;
    o.times.last_pause = 5ms;
    return o;
}

std::vector<std::string> parts(unsigned count) {
    std::vector<std::string> out;
    for (unsigned i = 0; i < count; ++i) out.push_back(part(picture(i + 1)));
    return out;
}

std::vector<std::string> taken(StreamFeed& feed, std::size_t most = 1'000) {
    std::vector<std::string> out;
    std::vector<std::byte> jpeg;
    while (out.size() < most && feed.next(jpeg))
        out.emplace_back(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
    return out;
}

TEST(StreamFeed, WhatThereIsNoRoomForIsCountedAndTheOldestGoes) {
    test::StarServer server(parts(20), 20);
    FeedOptions o = feed_of(server.port());
    o.waiting = 4;
    StreamFeed feed(o, {});
    ASSERT_TRUE(eventually([&] { return feed.counts().came == 20; }));
    EXPECT_EQ(feed.counts().missed, 16U);
    EXPECT_EQ(feed.counts().waiting, 4U);
    feed.end();
    EXPECT_EQ(taken(feed), (std::vector<std::string>{picture(17), picture(18), picture(19), picture(20)}));
    EXPECT_TRUE(feed.counts().hold());
    EXPECT_EQ(feed.counts().taken, 4U);
    EXPECT_EQ(feed.counts().broken, 0U) << "what we have ended ourselves is not broken";
}

TEST(StreamFeed, AByteForByteRepetitionIsCountedAndLeftOut) {
    const std::string a = part(picture(1)), b = part(picture(2));
    test::StarServer server({a, a, b, b, b, a}, 6);
    StreamFeed feed(feed_of(server.port()), {});
    ASSERT_TRUE(eventually([&] { return feed.counts().came == 6; }));
    feed.end();
    EXPECT_EQ(taken(feed), (std::vector<std::string>{picture(1), picture(2), picture(1)}));
    EXPECT_EQ(feed.counts().repeated, 3U);
}

TEST(StreamFeed, EndsAfterSoManyPictures) {
    test::StarServer server(parts(30), 30);
    FeedOptions o = feed_of(server.port());
    o.pictures = 7;
    StreamFeed feed(o, {});
    EXPECT_TRUE(eventually([&] { return feed.counts().came == 7 && feed.state() == io::StreamState::stopped; }))
        << "before anybody has asked";
    EXPECT_EQ(taken(feed).size(), 7U);
    EXPECT_EQ(feed.counts().came, 7U) << "those behind are nobody's";
    EXPECT_EQ(feed.counts().broken, 0U);
    EXPECT_EQ(feed.state(), io::StreamState::stopped);
}

TEST(StreamFeed, WhatWeBreakOffOurselvesIsNotBroken) {
    StreamServer server([](StreamPeer& peer) {
        peer.answer();
        peer.send(part(picture(1)) + part(picture(2)).substr(0, 400));
        peer.stays(20s);
    });
    StreamFeed feed(feed_of(server.port()), {});
    EXPECT_EQ(taken(feed, 1).size(), 1U);
    std::this_thread::sleep_for(50ms);
    feed.end();
    EXPECT_EQ(taken(feed).size(), 0U);
    EXPECT_EQ(feed.counts().broken, 0U);
}

TEST(StreamFeed, EndsAfterSoLongAndWithAStop) {
    test::StarServer server(parts(3), 3);
    FeedOptions o = feed_of(server.port());
    o.time = 300ms;
    const auto begin = std::chrono::steady_clock::now();
    StreamFeed feed(o, {});
    EXPECT_EQ(taken(feed).size(), 3U);
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 300ms);

    test::StarServer other(parts(3), 3);
    std::stop_source stop;
    StreamFeed stopped(feed_of(other.port()), stop.get_token());
    ASSERT_TRUE(eventually([&] { return stopped.counts().came == 3; }));
    stop.request_stop();
    EXPECT_EQ(taken(stopped).size(), 3U) << "what came is still there";
    StreamFeed never(feed_of(other.port()), stop.get_token());
    EXPECT_EQ(taken(never).size(), 0U);
}

TEST(StreamFeed, AServerThatDiesAndOneThatFallsSilentAreComeBackTo) {
    StreamServer server([](StreamPeer& peer) {
        const auto number = static_cast<unsigned>(peer.connection());
        peer.answer();
        peer.send(part(picture(2 * number)) + part(picture(2 * number + 1)));
        if (number == 1) peer.send(part(picture(99)).substr(0, 300));  // and dies in the middle of it
        if (number == 2) peer.stays(20s);                              // silent, until the client has enough
        if (number == 3) peer.stays(20s);
    });
    FeedOptions o = feed_of(server.port());
    o.times = stream_times(500ms);
    o.times.first_pause = 1ms;
    const auto begin = std::chrono::steady_clock::now();
    StreamFeed feed(o, {});
    EXPECT_EQ(taken(feed, 6).size(), 6U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
    EXPECT_EQ(feed.counts().broken, 1U);
    EXPECT_EQ(feed.received().lost, 1U);
    EXPECT_GE(feed.received().connections, 3U);
}

TEST(StreamFeed, HostilePartsCostOnlyThemselves) {
    const std::string huge(3 << 20, 'x');
    const auto told = [](const std::string& length, const std::string& jpeg) {
        return part_with("Content-Type: image/jpeg\r\nContent-Length: " + length + "\r\n", jpeg);
    };
    StreamServer server([&](StreamPeer& peer) {
        peer.answer();
        peer.send(part(picture(1)));
        peer.send(told("-1", picture(2)) + told("99999999999999999999", picture(3)) + told("7", picture(4)));
        peer.send(part_with("Content-Type: text/html\r\n", "<html>no</html>"));
        peer.send(part_with("X: " + std::string(5'000, 'y') + "\r\n", picture(5)));
        peer.send(told("3145728", "\xff\xd8\xff\xe0" + huge));  // a picture that never ends
        peer.send(part(picture(6)));
        peer.stays(20s);
    });
    FeedOptions o = feed_of(server.port());
    o.picture_bytes = 1 << 20;
    StreamFeed feed(o, {});
    std::vector<std::string> got;
    ASSERT_TRUE(eventually([&] {
        if (feed.counts().waiting > 0)
            for (std::string& one : taken(feed, 1)) got.push_back(std::move(one));
        return !got.empty() && got.back() == picture(6);
    }));
    for (const unsigned good : {1U, 2U, 3U, 4U}) EXPECT_NE(std::ranges::find(got, picture(good)), got.end()) << good;
    EXPECT_GE(feed.counts().broken, 2U);
    EXPECT_EQ(feed.received().connections, 1U);
}

}  // namespace
}  // namespace nightstack::tools
