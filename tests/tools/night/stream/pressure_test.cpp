// SPDX-License-Identifier: MIT
// Three streams at full rate whose stacks stand still, under a limit of memory: nobody is killed, memory stays within
// what was promised, and every picture that was sent is accounted for.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <thread>

#include "pipeline/graph/tbb_runner.h"
#include "tests/support/own_memory.h"
#include "tests/support/soak.h"
#include "tests/tools/night/stream/star_stream.h"
#include "tools/night/stream/stream_place.h"
#include "tools/night/stream/stream_play.h"

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kWaiting = std::size_t{8} << 20, kStack = std::size_t{260} << 20;  // of each stream
constexpr std::uint64_t kBrokenOf = 40;                                                  // the first of so many parts

std::uint64_t broken_of(std::uint64_t parts) { return (parts + kBrokenOf - 1) / kBrokenOf; }

std::size_t peak_bytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmHWM:", 0) == 0) return std::stoul(line.substr(6)) << 10;
    }
    return 0;
}

std::vector<std::string> stream_parts() {
    std::vector<std::string> parts = test::parts_of(test::star_pictures(static_cast<int>(kBrokenOf), 640, 480));
    parts.front() = io::test::part("no picture");
    return parts;
}

// One of them, from its server to its board.
struct Stream {
    test::StarServer server;
    NightBoard board;
    TbbRunner runner{1};
    StreamFeed feed;
    std::optional<StreamWatch> watch;
    int batches = 0;
    std::string why;  // one is not stacked
    StreamPlay play;

    Stream(const std::vector<std::string>& parts, std::uint64_t count, std::chrono::seconds stall)
        : server(parts, count, std::chrono::microseconds(33'333)),
          feed(options(count), {}),
          watch(std::in_place, board, feed, "a camera"),
          play(playing(), hooks(stall), feed, *watch, board, runner) {}

    FeedOptions options(std::uint64_t count) const {
        FeedOptions o;
        o.source = {"127.0.0.1", server.port(), {"/video"}};
        o.times = stream_times(kLostAfter);
        o.waiting = 64;
        o.waiting_bytes = kWaiting;
        o.picture_bytes = std::size_t{2} << 20;
        o.pictures = count - broken_of(count);
        o.time = 3min;  // a test that fails ends
        return o;
    }
    static PlayOptions playing() {
        PlayOptions o;
        o.video.group = 10;
        o.video.all_bytes = kStack;
        return o;
    }
    PlayHooks hooks(std::chrono::seconds stall) {
        PlayHooks h;
        h.before_batch = [this, stall] {
            if (++batches == 4) std::this_thread::sleep_for(stall);
        };
        h.verdict = [this](const VideoVerdict& v) {
            if (v.reason != VideoReason::none && why.empty()) why = v.text;
        };
        h.view = [](const NightView&) {};
        return h;
    }
};

// Ends the process: 0 when all is as it should be.
[[noreturn]] void play_three(std::chrono::seconds stall) {
    ::mallopt(M_ARENA_MAX, 2);
    const std::vector<std::string> parts = stream_parts();
    const std::size_t before = peak_bytes();
    const std::size_t promised = 3 * (kStack + kWaiting + 10 * (std::size_t{2} << 20)) + before;
    if (test::memory_is_ours()) {
        // What is written to, with a tenth more, and the stacks of some thirty threads.
        const rlim_t limit = promised + promised / 10 + (std::size_t{30} * 8 << 20);
        const rlimit data{limit, limit};
        if (::setrlimit(RLIMIT_DATA, &data) != 0) std::exit(3);
    }
    const auto count = static_cast<std::uint64_t>(30 * (stall.count() + 2));
    std::vector<std::unique_ptr<Stream>> streams;
    for (int i = 0; i < 3; ++i) streams.push_back(std::make_unique<Stream>(parts, count, stall));
    {
        std::vector<std::jthread> threads;
        for (const auto& s : streams) threads.emplace_back([&s] { s->play.run(); });
    }
    bool good = true;
    for (const auto& s : streams) {
        s->watch.reset();
        const NightState state = s->board.state();
        const NightCounts& c = state.counts;
        test::eventually([&] { return s->server.sent() == count; });  // it counts behind the sending
        const std::uint64_t missed = state.reasons.count("missed") > 0 ? state.reasons.at("missed") : 0;
        std::fprintf(
            stderr, "sent %llu = stacked %llu + rejected %llu + dropped %llu + failed %llu, under way %llu %s\n",
            static_cast<unsigned long long>(s->server.sent()), static_cast<unsigned long long>(c.stacked),
            static_cast<unsigned long long>(c.rejected), static_cast<unsigned long long>(c.dropped),
            static_cast<unsigned long long>(c.failed), static_cast<unsigned long long>(c.under_way), s->why.c_str());
        good = good && s->server.sent() == count && c.in == count && c.under_way == 0 &&
               c.in == c.stacked + c.rejected + c.dropped + c.failed && c.failed == broken_of(count) && missed > 0 &&
               c.stacked > 0;
    }
    const std::size_t peak = peak_bytes();
    std::fprintf(stderr, "peak %zu MB of %zu MB\n", peak >> 20, promised >> 20);
    if (test::memory_is_ours()) good = good && peak <= promised + promised / 10;
    std::fprintf(stderr, good ? "all as promised\n" : "NOT as promised\n");
    std::exit(good ? 0 : 1);
}

// In a process of its own: 3 s, with NIGHTSTACK_SOAK a minute.
TEST(StreamPressure, ThreeStreamsBeforeAStackThatStandsStill) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_EXIT(play_three(test::soaked(1) > 1 ? 60s : 3s), testing::ExitedWithCode(0), "all as promised");
}

}  // namespace
}  // namespace nightstack::tools
