// SPDX-License-Identifier: MIT
// Three streams of 1920x1080 at 30 frames a second over loopback for two seconds, each received, split and decoded to
// planes: three_streams/<scene>. `sent`, `decoded` and `dropped` are frames, `cores` the processor time a second
// without that of the servers, `ms_per_frame` the same for each decoded one. A frame that is not whole ends the
// program.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <thread>

#include "io/mjpeg/mjpeg_client.h"
#include "pipeline/stages/decode/jpeg_decoder.h"
#include "tests/io/mjpeg/made_streams.h"
#include "tests/io/mjpeg/stream_server.h"
#include "tests/support/jpeg/made_jpeg.h"

namespace {

using namespace nightstack;
using namespace nightstack::io;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kStreams = 3, kFrames = 60;
constexpr auto kFrameTime = std::chrono::microseconds(33'333);

double cpu_seconds(int who) {
    rusage used{};
    ::getrusage(who, &used);
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1e-6;
}

struct Tally {
    std::atomic<int> sent{0}, decoded{0}, done{0};
    std::atomic<double> server_seconds{0};
};

void serve(nightstack::io::test::StreamPeer& peer, const std::vector<std::string>& parts, Tally& tally) {
    const double before = cpu_seconds(RUSAGE_THREAD);
    peer.answer();
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < kFrames; ++i) {
        std::this_thread::sleep_until(begin + i * kFrameTime);
        if (peer.send(parts[static_cast<std::size_t>(i) % parts.size()])) ++tally.sent;
    }
    tally.server_seconds += cpu_seconds(RUSAGE_THREAD) - before;
    ++tally.done;
    peer.stays(20s);
}

void decode(PartQueue& queue, Tally& tally) {
    JpegDecoder decoder;
    PlanarPicture picture;
    StreamPart part;
    while (queue.pop(part, Clock::now() + 20s)) {
        const DecodeResult result = decoder.planes(part.jpeg, picture);
        if (!result.stacks()) {
            std::cerr << "three_streams: a frame was not whole: " << result.problem << "\n";
            std::exit(1);
        }
        ++tally.decoded;
    }
}

struct OneStream {
    PartQueue queue{15};  // half a second, for what else the machine does
    nightstack::io::test::StreamServer server;
    MjpegClient client;
    std::jthread receiving, decoding;

    OneStream(const std::vector<std::string>& parts, Tally& tally)
        : server([&parts, &tally](nightstack::io::test::StreamPeer& peer) { serve(peer, parts, tally); }),
          client({"127.0.0.1", server.port(), {"/mainstream"}}, {}, queue),
          receiving([this](const std::stop_token& stop) { client.run(stop); }),
          decoding([this, &tally] { decode(queue, tally); }) {}
    void end() {
        receiving.request_stop();
        receiving.join();
        queue.close();
        decoding.join();
    }
};

void run(benchmark::State& state, const std::vector<std::string>& parts) {
    for (auto _ : state) {
        Tally tally;
        const double before = cpu_seconds(RUSAGE_SELF);
        const Clock::time_point begin = Clock::now();
        std::vector<std::unique_ptr<OneStream>> streams;
        for (int i = 0; i < kStreams; ++i) streams.push_back(std::make_unique<OneStream>(parts, tally));
        while (tally.done < kStreams) std::this_thread::sleep_for(5ms);
        std::this_thread::sleep_for(20ms);
        std::uint64_t dropped = 0;
        for (const auto& one : streams) {
            one->end();
            dropped += one->queue.dropped();
        }
        const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
        state.counters["sent"] = tally.sent.load();
        state.counters["decoded"] = tally.decoded.load();
        state.counters["dropped"] = static_cast<double>(dropped);
        const double used = cpu_seconds(RUSAGE_SELF) - before - tally.server_seconds;
        state.counters["cores"] = used / seconds;
        state.counters["ms_per_frame"] = 1000 * used / std::max(tally.decoded.load(), 1);
        state.counters["frame_bytes"] = static_cast<double>(parts[0].size());
    }
}

std::vector<std::string> parts_of(nightstack::test::Scene scene) {
    std::vector<std::string> parts;
    for (unsigned i = 0; i < 4; ++i)
        parts.push_back(nightstack::io::test::part(nightstack::test::made_jpeg(scene, 1920, 1080, i)));
    return parts;
}

}  // namespace

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    const auto night = parts_of(nightstack::test::Scene::night), day = parts_of(nightstack::test::Scene::day);
    const auto add = [](const char* name, const std::vector<std::string>& parts) {
        benchmark::RegisterBenchmark(name, [&parts](benchmark::State& state) { run(state, parts); })
            ->Iterations(1)
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
    };
    add("three_streams/night", night);
    add("three_streams/day", day);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
