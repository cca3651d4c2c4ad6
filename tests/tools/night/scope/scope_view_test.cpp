// SPDX-License-Identifier: MIT
// The scope's video beside a night: what is kept of it, when it is read, and that nothing the scope sends holds up the
// end.
#include "tools/night/scope/scope_view.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>

#include "pipeline/core/error.h"
#include "tests/io/mjpeg/made_streams.h"
#include "tests/io/mjpeg/stream_server.h"

namespace nightstack::tools {
namespace {

using namespace std::chrono_literals;
using namespace io::test;
using std::chrono::steady_clock;

constexpr auto kForEver = 20s;

// Quick pauses; what is tested to run out is set by the test.
ViewTimes quick_times() {
    ViewTimes times;
    for (io::MjpegTimes* of : {&times.video, &times.exposures}) {
        of->first_pause = 1ms;
        of->last_pause = 5ms;
    }
    return times;
}

ScopePlace at_port(std::uint16_t port) {
    ScopePlace place{"127.0.0.1", {}};
    place.ports.http = port;
    return place;
}

std::string bytes_of(const std::optional<NightVideo>& video) {
    if (!video) return "";
    return {reinterpret_cast<const char*>(video->jpeg->data()), video->jpeg->size()};
}

// Asks, as a page does, until `enough` of what is shown.
template <class Enough>
std::optional<NightVideo> asked(ScopeView& view, bool raw, Enough enough) {
    for (const auto end = steady_clock::now() + 20s; steady_clock::now() < end;) {
        auto video = view.ask(raw);
        if (enough(video)) return video;
        std::this_thread::sleep_for(2ms);
    }
    ADD_FAILURE() << "never shown";
    return std::nullopt;
}
std::optional<NightVideo> shown(ScopeView& view, bool raw, const std::string& jpeg) {
    return asked(view, raw, [&](const auto& video) { return bytes_of(video) == jpeg; });
}

template <class Condition>
bool soon(Condition condition) {
    for (const auto end = steady_clock::now() + 20s; steady_clock::now() < end;) {
        if (condition()) return true;
        std::this_thread::sleep_for(2ms);
    }
    return false;
}

TEST(ScopeView, KeepsTheNewestPictureAsItCame) {
    StreamServer server([](StreamPeer& peer) {
        if (peer.path() != "/mainstream" || !peer.answer()) return;
        for (unsigned i = 1; i <= 5; ++i) peer.send(part(picture(i)));
        peer.stays(kForEver);
    });
    ScopeView view(at_port(server.port()), quick_times());
    const auto video = shown(view, false, picture(5));
    ASSERT_TRUE(video);
    EXPECT_EQ(video->stream, "mainstream");
    EXPECT_EQ(video->pictures, 5U);
    EXPECT_LT(video->age, 20s);
    std::this_thread::sleep_for(30ms);
    const auto later = view.ask(false);
    ASSERT_TRUE(later) << "as long as it is fresh";
    EXPECT_GE(later->age, 30ms);
    EXPECT_EQ(later->jpeg, video->jpeg) << "and no copy";
}

TEST(ScopeView, ShowsTheStreamOfACaptureAsLongAsItRuns) {
    std::atomic<int> main_streams{0}, left{0};
    StreamServer server([&](StreamPeer& peer) {
        const bool raw = peer.path() == "/rawstream";
        if (!raw) ++main_streams;
        peer.answer();
        peer.send(part(picture(raw ? 2 : 1)));
        if (!peer.stays(kForEver)) ++left;
    });
    ScopeView view(at_port(server.port()), quick_times());
    shown(view, false, picture(1));
    const auto raw = shown(view, true, picture(2));
    ASSERT_TRUE(raw);
    EXPECT_EQ(raw->stream, "rawstream");
    EXPECT_EQ(left, 1) << "one stream at a time";
    EXPECT_EQ(shown(view, false, picture(1))->stream, "mainstream");
    EXPECT_EQ(main_streams, 2);
}

// Firmware 2.x.
TEST(ScopeView, AScopeWithoutAStreamOfCapturesShowsItsMainOne) {
    StreamServer server([](StreamPeer& peer) {
        if (peer.path() == "/rawstream") {
            peer.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        peer.answer();
        peer.send(part(picture(1)));
        peer.stays(kForEver);
    });
    ScopeView view(at_port(server.port()), quick_times());
    const auto video = shown(view, true, picture(1));
    ASSERT_TRUE(video);
    EXPECT_EQ(video->stream, "mainstream");
}

// Its link is for the frames.
TEST(ScopeView, ReadsOnlyWhileSomebodyLooks) {
    std::atomic<int> came{0}, left{0};
    StreamServer server([&](StreamPeer& peer) {
        ++came;
        peer.answer();
        peer.send(part(picture(static_cast<unsigned>(peer.connection()))));
        if (!peer.stays(kForEver)) ++left;
    });
    ViewTimes times = quick_times();
    times.unasked = 800ms;
    ScopeView view(at_port(server.port()), times);
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(came, 0);
    shown(view, false, picture(1));
    for (const auto end = steady_clock::now() + 1200ms; steady_clock::now() < end; std::this_thread::sleep_for(10ms))
        view.ask(false);
    EXPECT_EQ(came, 1);
    EXPECT_EQ(left, 0) << "somebody looked all the time";
    EXPECT_TRUE(soon([&] { return left == 1; }));
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(came, 1);
    const auto old = view.ask(false);
    EXPECT_EQ(bytes_of(old), picture(1)) << "it is fresh still";
    EXPECT_TRUE(shown(view, false, picture(2)));
}

TEST(ScopeView, AnOldPictureIsNotShown) {
    StreamServer server([](StreamPeer& peer) {
        peer.answer();
        peer.send(part(picture(1)));
        peer.stays(kForEver);
    });
    for (const bool raw : {false, true}) {
        ViewTimes times = quick_times();
        times.fresh = raw ? 1h : 1s;
        times.fresh_exposure = raw ? 1s : 1h;
        ScopeView view(at_port(server.port()), times);
        shown(view, raw, picture(1));
        asked(view, raw, [](const auto& video) { return !video; });
    }
}

TEST(ScopeView, WhatIsNoWholePictureIsNeverShown) {
    const std::string good = picture(9);
    StreamServer server([&](StreamPeer& peer) {
        peer.answer();
        const std::string whole = picture(1, 5'000);
        peer.send(part(whole.substr(0, 2'000)));  // cut off
        peer.send(part("<html>no picture</html>"));
        peer.send(part(picture(2, kLargestPicture + 1'000)));
        peer.send(part(good));
        peer.send(part(whole.substr(0, 3'000)));
        peer.send("--dwarf\r\nContent-Length: 99999999999999999999\r\n\r\n" + whole.substr(0, 3'000));
        peer.stays(kForEver);
    });
    ScopeView view(at_port(server.port()), quick_times());
    std::set<std::string> all;
    asked(view, false, [&](const auto& video) {
        if (video) all.insert(bytes_of(video));
        return !all.empty();
    });
    for (int i = 0; i < 50; ++i, std::this_thread::sleep_for(2ms)) all.insert(bytes_of(view.ask(false)));
    EXPECT_EQ(all, std::set<std::string>{good});
    EXPECT_EQ(view.ask(false)->pictures, 1U);
}

TEST(ScopeView, ComesBackAfterEveryBreak) {
    StreamServer server([](StreamPeer& peer) {
        switch (peer.connection() % 4) {
            case 0: return;               // no word
            case 1: peer.reset(); break;  // a picture, then a reset
            case 2: break;                // a picture, then the end
            default: peer.send("nonsense\r\n\r\n"); return;
        }
        peer.answer();
        peer.send(part(picture(static_cast<unsigned>(peer.connection()))));
    });
    ScopeView view(at_port(server.port()), quick_times());
    std::set<std::string> seen;
    asked(view, false, [&](const auto& video) {
        if (video) seen.insert(bytes_of(video));
        return seen.size() >= 3;
    });
}

// Whoever ends the night does not wait for the scope.
TEST(ScopeView, EndsAtOnceWhateverTheScopeDoes) {
    using Script = void (*)(StreamPeer&);
    const Script scripts[] = {
        [](StreamPeer& peer) { peer.stays(kForEver); },  // accepts, and answers nothing
        [](StreamPeer& peer) {
            peer.answer();
            peer.stays(kForEver);
        },
        [](StreamPeer& peer) {  // stands still in the middle of a picture
            peer.answer();
            peer.send(part(picture(1)) + part(picture(2, 50'000)).substr(0, 20'000));
            peer.stays(kForEver);
        },
        [](StreamPeer& peer) {  // never stops sending
            peer.answer();
            while (peer.send(part(picture(1)))) {
            }
        },
        [](StreamPeer&) {},  // always away
    };
    for (const Script script : scripts) {
        std::atomic<bool> met{false};
        StreamServer server([&](StreamPeer& peer) {
            met = true;
            script(peer);
        });
        for (const bool raw : {false, true}) {
            std::optional<ScopeView> view(std::in_place, at_port(server.port()), quick_times());
            met = false;
            view->ask(raw);
            EXPECT_TRUE(soon([&] { return met.load(); }));
            std::this_thread::sleep_for(20ms);
            const auto begun = steady_clock::now();
            view.reset();
            EXPECT_LT(steady_clock::now() - begun, 1s);
        }
    }
    for (const char* host : {"127.0.0.1", "no-such-host.invalid"}) {  // nobody listens at port 1
        std::optional<ScopeView> view(std::in_place, ScopePlace{host, {.http = 1}}, quick_times());
        EXPECT_FALSE(view->ask(false));
        std::this_thread::sleep_for(20ms);
        const auto begun = steady_clock::now();
        view.reset();
        EXPECT_LT(steady_clock::now() - begun, 1s) << host;
    }
}

TEST(ScopeView, RefusesAHostThatIsNone) {
    EXPECT_THROW(ScopeView(ScopePlace{"", {}}), OptionError);
    EXPECT_THROW(ScopeView(ScopePlace{"a\r\nb", {}}), OptionError);
}

}  // namespace
}  // namespace nightstack::tools
