// SPDX-License-Identifier: MIT
#include "device/sim/twin/tracker.h"

#include <algorithm>
#include <cmath>

#include "device/sim/twin/activity.h"
#include "device/sim/twin/wire.h"

namespace nightstack::device::sim {
namespace {

using dwarf::Message;

constexpr SimTime kInitialising{1500};
constexpr SimTime kEvery{200};
constexpr double kWidth = 1920;
constexpr double kHeight = 1080;

Message coded_tele(int interface, int code) { return Message(interface).set("camId", 0).set("code", code); }

Message box_message(const TrackBox& box) {
    return Message(11201)
        .set("camId", 0)
        .set("x", static_cast<int>(std::lround(box.x)))
        .set("y", static_cast<int>(std::lround(box.y)))
        .set("w", static_cast<int>(std::lround(box.w)))
        .set("h", static_cast<int>(std::lround(box.h)))
        .set("code", 0);
}

// The object crosses the picture and turns at its edges.
void move(double& place, double& speed, double size, double whole) {
    place += speed * std::chrono::duration<double>(kEvery).count();
    if (place < 0 || place + size > whole) speed = -speed;
    place = std::clamp(place, 0.0, whole - size);
}

void follow(Body& body) {
    Tracker& tracker = body.tracker;
    move(tracker.box.x, tracker.speed_x, tracker.box.w, kWidth);
    move(tracker.box.y, tracker.speed_y, tracker.box.h, kHeight);
    if (!body.network.clients.empty()) push(body, box_message(tracker.box));
    tracker.timer = body.schedule.add(body.now + kEvery, follow);
}

void initialise(Body& body, const Call& call) {
    Tracker& tracker = body.tracker;
    const auto reply = [&](int code) { answer(body, call, coded_tele(11200, code)); };
    if (tracker.state == Tracker::State::initialising) return reply(-13);
    if (tracker.state == Tracker::State::initialised || tracker.state == Tracker::State::stopped) return reply(-14);
    if (tracker.state == Tracker::State::tracking) return reply(-15);
    if (const int code = tele_blocked(body)) return reply(code);
    tracker.state = Tracker::State::initialising;
    tracker.timer = body.schedule.add(body.now + kInitialising, [](Body& b) {
        b.tracker.timer = {};
        b.tracker.state = Tracker::State::initialised;
    });
    reply(0);
}

std::optional<TrackBox> box_of(const Call& call) {
    const auto x = call.request.number("x"), y = call.request.number("y");
    const auto w = call.request.number("w"), h = call.request.number("h");
    if (!x || !y || !w || !h) return {};
    if (*w < 1 || *h < 1 || *x < 0 || *y < 0 || *x + *w > kWidth || *y + *h > kHeight) return {};
    return TrackBox{*x, *y, *w, *h};
}

void start(Body& body, const Call& call) {
    Tracker& tracker = body.tracker;
    const auto reply = [&](int code) { answer(body, call, coded_tele(11201, code)); };
    if (tracker.state == Tracker::State::uninitialised) return reply(-12);
    if (tracker.state == Tracker::State::initialising) return reply(-13);
    if (tracker.state == Tracker::State::tracking) return reply(-15);
    if (const int code = tele_blocked(body)) return reply(code);
    if (body.astro.state == Astro::State::tracking) return reply(-30);
    const auto box = box_of(call);
    if (!box) return reply(-34);  // there is nothing to follow
    tracker.box = *box;
    tracker.speed_x = body.random.between(-60, 60);
    tracker.speed_y = body.random.between(-25, 25);
    tracker.state = Tracker::State::tracking;
    answer(body, call, box_message(tracker.box));
    tracker.timer = body.schedule.add(body.now + kEvery, follow);
}

void stop(Body& body, const Call& call) {
    const Tracker::State was = body.tracker.state;
    if (was == Tracker::State::uninitialised) return answer(body, call, coded_tele(11202, -12));
    if (was == Tracker::State::initialising) return answer(body, call, coded_tele(11202, -13));
    end_tracker(body, Tracker::State::stopped);
    answer(body, call, coded_tele(11202, 0));
}

constexpr Row kRows[] = {{11200, initialise}, {11201, start}, {11202, stop}};

}  // namespace

void end_tracker(Body& body, Tracker::State state) {
    body.schedule.cancel(body.tracker.timer);
    body.tracker.state = state;
}

std::span<const Row> tracker_rows() { return kRows; }

}  // namespace nightstack::device::sim
