// SPDX-License-Identifier: MIT
// The twin's own streams and our client: for long, with many breaks, and three large ones at once.
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "io/mjpeg/mjpeg_client.h"
#include "pipeline/stages/decode/jpeg_decoder.h"
#include "tests/device/sim/streams/stream_host.h"
#include "tests/support/jpeg/made_jpeg.h"
#include "tests/support/own_memory.h"

namespace nightstack::device::sim::test {
namespace {

using namespace std::chrono_literals;
using nightstack::test::made_jpeg;
using nightstack::test::Scene;

std::size_t open_files() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

std::size_t resident_pages() {
    std::size_t total = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident;
}

class Watcher {
public:
    Watcher(std::uint16_t port, const std::string& path, std::size_t capacity)
        : queue(capacity), client({"127.0.0.1", port, {path}}, times(), queue) {
        thread_ = std::jthread([this](const std::stop_token& stop) { client.run(stop); });
    }
    // Decodes so many pictures; how many were whole.
    int decode(int count) {
        JpegDecoder decoder;
        PlanarPicture picture;
        int whole = 0;
        for (int i = 0; i < count && queue.pop(part, std::chrono::steady_clock::now() + 20s); ++i)
            whole += decoder.planes(part.jpeg, picture).kind == Decoded::whole ? 1 : 0;
        return whole;
    }

    io::PartQueue queue;
    io::MjpegClient client;
    io::StreamPart part;

private:
    static io::MjpegTimes times() {
        io::MjpegTimes out;
        out.first_pause = 1ms;
        out.last_pause = 5ms;
        return out;
    }
    std::jthread thread_;
};

TEST(TwinStreams, TenThousandPartsAndTwoHundredBreaksLeaveNothingBehind) {
    const auto view = std::make_shared<StandIn>(std::vector{made_jpeg(Scene::night, 160, 96, 1)});
    const StreamHost host(view, 200us, 50);
    Watcher watcher(host.port(), "/mainstream", 100);
    std::uint64_t seen = 0;
    const auto look = [&](std::uint64_t parts) {
        while (seen < parts && watcher.queue.pop(watcher.part, std::chrono::steady_clock::now() + 20s))
            seen = watcher.part.number;
        return seen >= parts;
    };
    ASSERT_TRUE(look(1000));
    const std::size_t pages = resident_pages(), files = open_files();
    ASSERT_TRUE(look(10'050));
    EXPECT_GE(watcher.client.counts().reconnects, 200U);
    EXPECT_EQ(watcher.client.counts().stream.all_dropped(), 0U);
    EXPECT_LE(open_files(), files + 2);
    if (nightstack::test::sanitized()) return;
    EXPECT_LT(resident_pages(), pages + 500) << "2 MB";
}

// By CPU time, which other programs on the machine do not change: server, clients and decoders together.
TEST(TwinStreams, TwoCoresAreEnoughForThreeOf1080Lines) {
    const auto view = std::make_shared<StandIn>(
        std::vector{made_jpeg(Scene::night, 1920, 1080, 1), made_jpeg(Scene::night, 1920, 1080, 2)});
    const StreamHost host(view, kStreamPace, 0);
    constexpr int kPictures = 75;
    constexpr double kVideo_s = kPictures / 30.0;
    Watcher tele(host.port(), "/mainstream", 100), wide(host.port(), "/thirdstream", 100);
    Watcher again(host.port(), "/mainstream", 100);
    const std::clock_t begin = std::clock();
    int whole[3] = {};
    {
        std::jthread second([&] { whole[1] = wide.decode(kPictures); });
        std::jthread third([&] { whole[2] = again.decode(kPictures); });
        whole[0] = tele.decode(kPictures);
    }
    const double cores = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC / kVideo_s;
    for (const int one : whole) EXPECT_EQ(one, kPictures);
    for (Watcher* one : {&tele, &wide, &again}) {
        EXPECT_EQ(one->queue.dropped(), 0U);
        EXPECT_EQ(one->client.counts().stream.all_dropped(), 0U);
    }
    RecordProperty("cores", std::to_string(cores));
    if (nightstack::test::sanitized()) return;
    EXPECT_LT(cores, 1.5);
}

}  // namespace
}  // namespace nightstack::device::sim::test
