// SPDX-License-Identifier: MIT
#include "device/sim/servers/preview_room.h"

#include <gtest/gtest.h>

#include "tests/device/sim/streams/stream_host.h"

namespace nightstack::device::sim::test {
namespace {

using namespace std::chrono_literals;

StreamWish wish(StreamName name = StreamName::tele) {
    StreamWish out;
    out.name = name;
    out.size = kStreamSize;
    return out;
}

class Room {
public:
    std::string see(const StreamWish& what) {
        const StreamShot shot = room.picture(what, [this]() -> std::optional<Exposed> {
            sample.begin += 100ms;
            return open ? std::optional(sample) : std::nullopt;
        });
        return shot.jpeg ? *shot.jpeg : "";
    }
    bool sees(const StreamWish& what, const std::string& expected) {
        for (int i = 0; i < 5000; ++i, std::this_thread::sleep_for(2ms))
            if (see(what) == expected) return true;
        return false;
    }
    std::shared_ptr<StandIn> view = std::make_shared<StandIn>(std::vector<std::string>{"tele", "wide", "capture"});
    Exposed sample;
    bool open = true;
    std::atomic<int> told{0};
    PreviewRoom room{view, kStreamSize, [this](const std::string&) { ++told; }};
};

TEST(PreviewRoom, DrawsOnlyWhatIsLookedAt) {
    Room r;
    std::this_thread::sleep_for(30ms);
    EXPECT_EQ(r.view->drawn, 0);
    EXPECT_EQ(r.see(wish()), "") << "not before it is drawn, and nobody waits";
    EXPECT_TRUE(r.sees(wish(), "tele"));
    std::this_thread::sleep_for(50ms);  // what was asked for by then is done
    const int drawn = r.view->drawn;
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(r.view->drawn, drawn) << "nobody looked";
    StreamWish other = wish();
    other.size = kOtherStreamSize;
    EXPECT_EQ(r.see(other), "tele");
    other.size = {17, 11};
    EXPECT_EQ(r.see(other), "") << "a size nobody draws";
}

TEST(PreviewRoom, AManualExposureIsShownUntilTheNextIsOver) {
    Room r;
    r.sample.exposure_s = 3600;
    ASSERT_TRUE(r.sees(wish(), "tele"));
    for (int i = 0; i < 50; ++i, std::this_thread::sleep_for(1ms)) r.see(wish());
    EXPECT_EQ(r.view->drawn, 1);
    StreamWish better = wish();
    better.state.quality = 85;
    for (int i = 0; i < 5000 && r.view->last_quality != 85; ++i, std::this_thread::sleep_for(1ms)) r.see(better);
    EXPECT_EQ(r.view->last_quality, 85);
    r.sample.gain = 7;
    for (int i = 0; i < 5000 && r.view->drawn < 3; ++i, std::this_thread::sleep_for(1ms)) r.see(better);
    EXPECT_EQ(r.view->drawn, 3) << "other settings, another exposure";
}

TEST(PreviewRoom, ShowsACaptureOnceForEachFrameAndFromTheSourceAskedFor) {
    Room r;
    EXPECT_EQ(r.see(wish(StreamName::raw)), "");
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(r.view->drawn, 0) << "no frame yet";
    r.view->frames = 1;
    ASSERT_TRUE(r.sees(wish(StreamName::raw), "capture"));
    EXPECT_EQ(r.view->last_source, 0);
    for (int i = 0; i < 30; ++i, std::this_thread::sleep_for(1ms)) r.see(wish(StreamName::raw));
    EXPECT_EQ(r.view->drawn, 1);
    StreamWish single = wish(StreamName::raw);
    single.state.raw_source = 1;
    EXPECT_EQ(r.see(single), "") << "that would be the stack";
    for (int i = 0; i < 5000 && r.view->drawn < 2; ++i, std::this_thread::sleep_for(1ms)) r.see(single);
    EXPECT_EQ(r.view->last_source, 1);
}

TEST(PreviewRoom, WhileItCapturesTheTeleCameraHasItsFramesToShow) {
    Room r;
    ASSERT_TRUE(r.sees(wish(), "tele"));
    StreamWish busy = wish();
    busy.state.raw_goes_on = true;
    for (int i = 0; i < 50; ++i, std::this_thread::sleep_for(1ms)) r.see(busy);
    const int drawn = r.view->drawn;
    for (int i = 0; i < 50; ++i, std::this_thread::sleep_for(1ms)) EXPECT_EQ(r.see(busy), "tele");
    EXPECT_EQ(r.view->drawn, drawn) << "the first frame is being exposed";
    r.view->frames = 1;
    busy.state.raw_taken = 1;
    EXPECT_TRUE(r.sees(busy, "capture"));
    EXPECT_EQ(r.view->last_source, 1);
    EXPECT_TRUE(r.sees(wish(), "tele")) << "afterwards it sees again";
}

TEST(PreviewRoom, ForgetsWhatIsOldAndTellsAFailureOnce) {
    Room r;
    r.view->fails = true;
    for (int i = 0; i < 5000 && r.view->drawn < 3; ++i, std::this_thread::sleep_for(1ms)) EXPECT_EQ(r.see(wish()), "");
    EXPECT_GE(r.view->drawn, 3);
    EXPECT_EQ(r.told, 1);
    r.view->fails = false;
    ASSERT_TRUE(r.sees(wish(), "tele"));
    r.open = false;
    std::this_thread::sleep_for(2100ms);
    EXPECT_EQ(r.see(wish()), "") << "of two seconds ago";
}

}  // namespace
}  // namespace nightstack::device::sim::test
