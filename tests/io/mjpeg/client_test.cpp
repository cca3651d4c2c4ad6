// SPDX-License-Identifier: MIT
// The client against a server that misbehaves in every way a scope's could.
#include "io/mjpeg/mjpeg_client.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "pipeline/core/backoff.h"
#include "pipeline/core/error.h"
#include "tests/io/mjpeg/made_streams.h"
#include "tests/io/mjpeg/stream_server.h"
#include "tests/support/own_memory.h"

namespace nightstack::io {
namespace {

using namespace test;
using namespace std::chrono_literals;

MjpegTimes quick() {
    MjpegTimes times;
    times.quiet = 20s;
    times.lost = 40s;
    times.first_pause = 1ms;
    times.last_pause = 5ms;
    return times;
}

// A client that runs, and what it received. Ends with its scope.
class Watcher {
public:
    explicit Watcher(std::uint16_t port, const MjpegTimes& times = quick(),
                     std::vector<std::string> paths = {"/mainstream"}, std::size_t capacity = 100'000)
        : queue_(capacity), client_({"127.0.0.1", port, std::move(paths)}, times, queue_) {
        thread_ = std::jthread([this](const std::stop_token& stop) { client_.run(stop); });
    }
    // The next pictures; fewer when they do not come in time.
    std::vector<std::string> next(std::size_t count) {
        std::vector<std::string> out;
        StreamPart part;
        while (out.size() < count && queue_.pop(part, std::chrono::steady_clock::now() + 20s))
            out.emplace_back(reinterpret_cast<const char*>(part.jpeg.data()), part.jpeg.size());
        return out;
    }
    template <class Condition>
    bool until(Condition condition) {
        for (const auto end = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < end;) {
            if (condition()) return true;
            std::this_thread::sleep_for(1ms);
        }
        return false;
    }
    std::chrono::duration<double> stop() {
        const auto begin = std::chrono::steady_clock::now();
        thread_.request_stop();
        thread_.join();
        return std::chrono::steady_clock::now() - begin;
    }
    MjpegClient& client() { return client_; }
    MjpegCounts counts() { return client_.counts(); }
    PartQueue& queue() { return queue_; }

private:
    PartQueue queue_;
    MjpegClient client_;
    std::jthread thread_;
};

std::vector<std::string> pictures(unsigned from, unsigned count) {
    std::vector<std::string> out;
    for (unsigned i = 0; i < count; ++i) out.push_back(picture(from + i));
    return out;
}

TEST(MjpegClient, GetsPicturesWithAndWithoutLengths) {
    StreamServer server([](StreamPeer& peer) {
        peer.answer();
        for (const std::string& jpeg : pictures(1, 5)) peer.send(part(jpeg));
        for (const std::string& jpeg : pictures(6, 5)) peer.send(part_without_length(jpeg));
        peer.stays(20s);
    });
    Watcher watcher(server.port());
    EXPECT_EQ(watcher.next(10), pictures(1, 10));
    EXPECT_EQ(watcher.client().state(), StreamState::running);
    EXPECT_LT(watcher.stop().count(), 1.0);
    EXPECT_EQ(watcher.client().state(), StreamState::stopped);
    EXPECT_EQ(watcher.counts().stream.parts, 10U);
}

TEST(MjpegClient, ReadsChunks) {
    StreamServer server([](StreamPeer& peer) {
        peer.answer("multipart/x-mixed-replace; boundary=dwarf", "Transfer-Encoding: chunked\r\n");
        std::string all;
        for (const std::string& jpeg : pictures(1, 4)) all += part_without_length(jpeg);
        for (std::size_t at = 0; at < all.size(); at += 333) peer.chunk(all.substr(at, 333));
        peer.stays(20s);
    });
    Watcher watcher(server.port());
    EXPECT_EQ(watcher.next(4), pictures(1, 4));
}

// Beast's own limit would end it after 8 MiB.
TEST(MjpegClient, AStreamHasNoEnd) {
    const std::string jpeg = picture(1, 200'000);
    StreamServer server([&](StreamPeer& peer) {
        peer.answer();
        for (int i = 0; i < 150; ++i) peer.send(part_without_length(jpeg));
        peer.stays(20s);
    });
    Watcher watcher(server.port());
    EXPECT_EQ(watcher.next(150), std::vector<std::string>(150, jpeg));
    EXPECT_GT(watcher.counts().stream.bytes, std::uint64_t{28} << 20);
    EXPECT_EQ(watcher.counts().tries, 1U);
}

TEST(MjpegClient, GoesOnAfterWhatIsDropped) {
    StreamServer server([](StreamPeer& peer) {
        peer.answer();
        peer.send(part(picture(1)) + part_with("Content-Length: 0\r\n", "") + part(picture(2).substr(0, 200)));
        peer.send(part_with("Content-Type: text/html\r\n", "<html>") + part(picture(3, 4000)));
        peer.stays(20s);
    });
    Watcher watcher(server.port());
    EXPECT_EQ(watcher.next(2), (std::vector<std::string>{picture(1), picture(3, 4000)}));
    const SplitCounts counts = watcher.counts().stream;
    EXPECT_EQ(counts.dropped_for(PartDrop::empty), 1U);
    EXPECT_EQ(counts.dropped_for(PartDrop::cut_off), 1U);
    EXPECT_EQ(counts.dropped_for(PartDrop::not_a_picture), 1U);
}

TEST(MjpegClient, ConnectsAgainWhenTheConnectionDrops) {
    StreamServer server([](StreamPeer& peer) {
        peer.answer();
        peer.send(part(picture(static_cast<unsigned>(peer.connection()))));
        if (peer.connection() == 4) peer.stays(20s);
        if (peer.connection() == 1) return;          // between two pictures
        peer.send(part(picture(9)).substr(0, 300));  // in the middle of one
        if (peer.connection() == 3) peer.reset();
    });
    Watcher watcher(server.port());
    EXPECT_EQ(watcher.next(4), pictures(1, 4));
    const MjpegCounts counts = watcher.counts();
    EXPECT_EQ(counts.reconnects, 3U);
    EXPECT_GE(counts.stream.dropped_for(PartDrop::cut_off), 1U);
    EXPECT_NE(watcher.client().problem(), "");
    EXPECT_EQ(watcher.client().path(), "/mainstream");
}

TEST(MjpegClient, AStalledStreamIsLeft) {
    StreamServer server([](StreamPeer& peer) {
        peer.answer();
        peer.send(part(picture(1)));
        peer.stays(20s);
    });
    MjpegTimes times = quick();
    times.quiet = 30ms;
    times.lost = 90ms;
    Watcher watcher(server.port(), times);
    EXPECT_EQ(watcher.next(3).size(), 3U);
    EXPECT_TRUE(watcher.until([&] { return watcher.counts().lost >= 2; }));
    EXPECT_GE(watcher.counts().quiet, 2U);
    EXPECT_NE(watcher.client().problem().find("no picture for 0.1 s"), std::string::npos) << watcher.client().problem();
}

// Bytes without an end of a picture are no pictures.
TEST(MjpegClient, AStreamOfRubbishIsLeft) {
    StreamServer server([](StreamPeer& peer) {
        peer.answer();
        while (peer.stays(1ms) && peer.send(std::string(1000, 'x'))) continue;
    });
    MjpegTimes times = quick();
    times.quiet = 30ms;
    times.lost = 60ms;
    Watcher watcher(server.port(), times);
    EXPECT_TRUE(watcher.until([&] { return watcher.counts().lost >= 2; }));
}

// A stack's preview: silent for long, and not lost.
TEST(MjpegClient, AQuietStreamIsKept) {
    std::promise<void> quiet;
    StreamServer server([&](StreamPeer& peer) {
        peer.answer();
        peer.send(part(picture(1)));
        quiet.get_future().wait_for(20s);
        peer.send(part(picture(2)));
        peer.stays(20s);
    });
    MjpegTimes times = quick();
    times.quiet = 20ms;
    times.lost = 30s;
    Watcher watcher(server.port(), times);
    EXPECT_EQ(watcher.next(1), pictures(1, 1));
    EXPECT_TRUE(watcher.until([&] { return watcher.client().state() == StreamState::quiet; }));
    quiet.set_value();
    EXPECT_EQ(watcher.next(1), pictures(2, 1));
    EXPECT_EQ(watcher.counts().tries, 1U);
    EXPECT_EQ(watcher.counts().lost, 0U);
    EXPECT_TRUE(watcher.until([&] { return watcher.counts().quiet >= 2; })) << "it is watched further on";
}

TEST(MjpegClient, TriesTheNextPath) {
    StreamServer server([](StreamPeer& peer) {
        if (peer.path() == "/none") {
            peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        peer.answer();
        if (peer.path() == "/silent") {
            peer.stays(20s);
            return;
        }
        peer.send(part(picture(static_cast<unsigned>(peer.connection()))));
    });
    MjpegTimes times = quick();
    times.lost = 50ms;
    Watcher watcher(server.port(), times, {"/none", "/silent", "/secondstream"});
    EXPECT_EQ(watcher.next(3), pictures(3, 3)) << "and keeps to the one that gave some";
    EXPECT_EQ(watcher.client().path(), "/secondstream");
    EXPECT_EQ(watcher.counts().lost, 1U);
}

TEST(MjpegClient, HostileAnswersEndTheConnectionOnly) {
    StreamServer server([](StreamPeer& peer) {
        switch (peer.connection()) {
            case 1: peer.send("SSH-2.0-dropbear\r\n"); break;
            case 2: peer.send("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x')); break;
            case 3: peer.send("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"); break;
            case 4: peer.send("HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\n\r\n"); break;
            case 5: peer.stays(20s); break;  // no answer
            case 6: peer.answer("image/jpeg", "Transfer-Encoding: chunked\r\n"), peer.send("zz\r\n"); break;
            case 7: peer.answer("image/jpeg", "Content-Length: 100\r\n"), peer.send("abc"); break;
            default: peer.answer("image/jpeg"), peer.send(picture(1)), peer.stays(20s); break;
        }
    });
    MjpegTimes times = quick();
    times.answer = 300ms;
    Watcher watcher(server.port(), times);
    EXPECT_EQ(watcher.next(1), pictures(1, 1));
    EXPECT_EQ(watcher.counts().tries, 8U);
}

TEST(MjpegClient, NobodyThere) {
    std::uint16_t port = 0;
    {
        port = StreamServer([](StreamPeer&) {}).port();
    }
    Watcher watcher(port);
    EXPECT_TRUE(watcher.until([&] { return watcher.counts().tries > 5; }));
    EXPECT_NE(watcher.client().problem().find("connecting: "), std::string::npos);
    EXPECT_LT(watcher.stop().count(), 1.0);
}

TEST(MjpegClient, StopsWhateverItDoes) {
    StreamServer server([](StreamPeer& peer) {
        if (peer.connection() == 2) peer.answer();
        peer.stays(20s);
    });
    for (int i = 0; i < 2; ++i) {  // while no answer comes; while no picture does
        Watcher watcher(server.port());
        watcher.until([&] { return watcher.client().state() != StreamState::stopped; });
        std::this_thread::sleep_for(20ms);
        EXPECT_LT(watcher.stop().count(), 1.0);
    }
    PartQueue queue(1);
    MjpegClient names({"no-such-host.invalid", 80, {"/"}}, quick(), queue);
    std::jthread thread([&](const std::stop_token& stop) { names.run(stop); });
    std::this_thread::sleep_for(10ms);
    const auto begin = std::chrono::steady_clock::now();
    thread.request_stop();
    thread.join();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
}

TEST(MjpegClient, RefusesWhatCannotBeAsked) {
    PartQueue queue(1);
    EXPECT_THROW(MjpegClient({"", 80, {"/"}}, {}, queue), OptionError);
    EXPECT_THROW(MjpegClient({"x\r\nX: y", 80, {"/"}}, {}, queue), OptionError);
    EXPECT_THROW(MjpegClient({"x", 80, {}}, {}, queue), OptionError);
    EXPECT_THROW(MjpegClient({"x", 80, {"mainstream"}}, {}, queue), OptionError);
    EXPECT_THROW(MjpegClient({"x", 80, {"/a b\r\nX: y"}}, {}, queue), OptionError);
}

std::size_t open_files() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

std::size_t resident_pages() {
    std::size_t total = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident;
}

TEST(MjpegClient, MemoryAndFilesAreFlat) {
    const std::string jpeg = picture(1, 20'000);
    StreamServer server([&](StreamPeer& peer) {
        peer.answer();
        for (int i = 0; i < 50; ++i) peer.send(i % 2 == 0 ? part(jpeg) : part_without_length(jpeg));
    });
    Watcher watcher(server.port(), quick(), {"/mainstream"}, 50);
    StreamPart part;
    std::uint64_t seen = 0;
    const auto look = [&](std::uint64_t parts) {
        while (seen < parts && watcher.queue().pop(part, std::chrono::steady_clock::now() + 20s)) seen = part.number;
        return seen >= parts;
    };
    ASSERT_TRUE(look(1000));
    const std::size_t pages = resident_pages(), files = open_files();
    ASSERT_TRUE(look(10'050));
    EXPECT_GE(watcher.counts().reconnects, 200U);
    EXPECT_LE(open_files(), files + 2);
    if (nightstack::test::memory_is_ours()) {
        EXPECT_LT(resident_pages(), pages + 500) << "a picture is 5 pages";
    }
    EXPECT_EQ(watcher.counts().stream.all_dropped(), 0U);
}

TEST(PartQueue, TheNewestWinsInAMailbox) {
    PartQueue queue(1);
    const std::string bytes = "abc";
    for (std::uint64_t i = 1; i <= 5; ++i) queue.push(std::as_bytes(std::span(bytes)).first(i % 3 + 1), {}, i, 1);
    EXPECT_EQ(queue.dropped(), 4U);
    StreamPart part;
    ASSERT_TRUE(queue.pop(part, std::chrono::steady_clock::now()));
    EXPECT_EQ(part.number, 5U);
    EXPECT_EQ(part.jpeg.size(), 3U);
    EXPECT_FALSE(queue.pop(part, std::chrono::steady_clock::now() + 1ms));
}

TEST(PartQueue, KeepsTheOrderAndUsesMemoryAgain) {
    PartQueue queue(3);
    const std::string bytes(1000, 'x');
    StreamPart part;
    const std::byte* known[8] = {};
    for (std::uint64_t i = 1; i <= 40; ++i) {
        queue.push(std::as_bytes(std::span(bytes)), {}, i, 1);
        ASSERT_TRUE(queue.pop(part, {}));
        EXPECT_EQ(part.number, i);
        if (i <= 4)
            known[i] = part.jpeg.data();
        else
            EXPECT_NE(std::find(known, known + 8, part.jpeg.data()), known + 8) << "new memory for " << i;
    }
    queue.push(std::as_bytes(std::span(bytes)), {}, 41, 1);
    queue.close();
    EXPECT_TRUE(queue.pop(part, std::chrono::steady_clock::now() + 10s));
    EXPECT_FALSE(queue.pop(part, std::chrono::steady_clock::now() + 10s)) << "and at once";
    EXPECT_TRUE(queue.closed());
}

void push(PartQueue& queue, std::uint64_t number, std::size_t size, char what = 'x') {
    const std::string bytes(size, what);
    queue.push(std::as_bytes(std::span(bytes)), {}, number, 1);
}

TEST(PartQueue, NeverKeepsMoreBytesThanAllowed) {
    PartQueue queue({.parts = 50, .bytes = 10'000});
    StreamPart part;
    for (std::uint64_t i = 1; i <= 400; ++i) {
        push(queue, i, 700 + 31 * (i * i % 97));
        EXPECT_LE(queue.memory(), 10'000U);
        if (i % 5 == 0) {
            ASSERT_TRUE(queue.pop(part, {}));
        }
        ASSERT_TRUE(queue.counts().hold());
    }
    EXPECT_GT(queue.counts().dropped, 200U);
    EXPECT_EQ(queue.counts().pushed, 400U);
    EXPECT_EQ(queue.counts().taken, 80U);
    push(queue, 401, 30'000);  // one alone may be larger, and is then all there is
    EXPECT_EQ(queue.counts().waiting, 1U);
    ASSERT_TRUE(queue.pop(part, {}));
    EXPECT_EQ(part.number, 401U);
    EXPECT_LE(queue.memory(), 10'000U);
}

TEST(PartQueue, ClosesWithTheLastAndTakesNothingMore) {
    PartQueue queue({.parts = 50, .most = 3});
    for (std::uint64_t i = 1; i <= 5; ++i) push(queue, i, 100);
    EXPECT_TRUE(queue.closed());
    EXPECT_EQ(queue.counts().pushed, 3U);
    StreamPart part;
    int taken = 0;
    while (queue.pop(part, std::chrono::steady_clock::now() + 10s)) ++taken;
    EXPECT_EQ(taken, 3);
}

TEST(PartQueue, ARepetitionIsCountedAndLeftOut) {
    PartQueue queue({.parts = 50, .skip_repeated = true});
    for (const char what : {'a', 'a', 'b', 'a', 'a', 'a'}) push(queue, 1, 100, what);
    EXPECT_EQ(queue.counts().repeated, 3U);
    EXPECT_EQ(queue.counts().waiting, 3U);
    PartQueue all(50);
    for (int i = 0; i < 4; ++i) push(all, 1, 100);
    EXPECT_EQ(all.counts().waiting, 4U);
}

TEST(Backoff, DoublesAndStaysBelowTheLast) {
    Backoff backoff(100ms, 1000ms, 3);
    for (const int most : {100, 200, 400, 800, 1000, 1000}) {
        const auto pause = backoff.next();
        EXPECT_LE(pause.count(), most);
        EXPECT_GE(pause.count(), most * 8 / 10 - 1);
    }
    backoff.reset();
    EXPECT_LE(backoff.next().count(), 100);
}

TEST(MjpegTimes, LeaveTimeForExposures) {
    EXPECT_GE(times_for_exposures(15s).quiet, 25s);
    EXPECT_GT(times_for_exposures(15s).lost, 60s);
    for (int i = 0; i < 6; ++i) EXPECT_NE(words(static_cast<StreamState>(i)), "?");
}

}  // namespace
}  // namespace nightstack::io
