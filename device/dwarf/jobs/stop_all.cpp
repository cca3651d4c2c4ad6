// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/stop_all.h"

#include <vector>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {
namespace {

struct Stoppable {
    std::string what;
    Runs runs;
    Message stop;
};

Runs photos(PhotoState kind) {
    return [kind](const ScopeState& state) { return takes_photos_as(state, kind); };
}

Runs records(RecordState kind) {
    return [kind](const ScopeState& state) -> std::optional<bool> {
        const auto told = value_of(state.record);
        if (!told) return {};
        return *told == kind;
    };
}

std::optional<bool> tracks(const ScopeState& state) {
    const auto told = value_of(state.track);
    if (!told) return {};
    return *told == TrackState::tracking;
}

// Frames first: they are spoilt by what comes after.
std::vector<Stoppable> stoppables() {
    return {
        {"the RAW capture", photos(PhotoState::raw), request::stop_raw()},
        {"taking darks", photos(PhotoState::dark), request::stop_raw()},
        {"the panorama", photos(PhotoState::panorama), request::stop_panorama()},
        {"the video", records(RecordState::video), request::stop_video()},
        {"the time lapse", records(RecordState::time_lapse), request::stop_time_lapse()},
        {"tracking", tracks, request::stop_tracking()},
        {"calibration, goto or following the sky", busy_with_sky, request::stop_goto()},
    };
}

// Neither the working state nor anything else tells whether a motor turns, but the answer tells whether it did.
struct MotorToStop {
    Motor motor;
    const char* name;
};
constexpr MotorToStop kMotors[] = {
    {Motor::spin, "the spin motor"}, {Motor::pitch, "the pitch motor"}, {Motor::focus, "the focus motor"}};
constexpr std::int64_t kStoodAlready = -6;

constexpr Milliseconds kHurried{1000};  // after Ctrl-C: every stop still goes out

// Whether Ctrl-C came since: the rest is sent and not waited for. One before it asked for this very stop.
class Hurry {
public:
    explicit Hurry(const Driver& driver) : driver_(driver), before_(driver.stop_asked()) {}
    bool now() const { return !before_ && driver_.stop_asked(); }
    Sent insist(Driver& driver, const Message& request, Milliseconds within) const {
        if (now()) return driver.send(request, kHurried);
        return before_ ? driver.insist_on(request, within) : driver.insist(request, within);
    }

private:
    const Driver& driver_;
    bool before_;
};

std::optional<Outcome> stop_motor(Driver& driver, const Hurry& hurry, const MotorToStop& one, Milliseconds within) {
    const Sent sent = hurry.insist(driver, request::stop_motor(one.motor), within);
    if (!sent.answered()) return trouble(sent, "stopping " + std::string(one.name));
    if (sent.code() == kStoodAlready) return {};
    if (sent.code() < 0) return failed_with(sent.code(), "stopping " + std::string(one.name));
    return stopped(std::string(one.name) + " is stopped");
}

void note(const Outcome& outcome, std::string& stopped_ones, std::string& others, Outcome::Kind& worst) {
    std::string& list = outcome.kind == Outcome::Kind::stopped ? stopped_ones : others;
    list += (list.empty() ? "" : "; ") + outcome.words;
    if (outcome.kind == Outcome::Kind::failed) worst = Outcome::Kind::failed;
    if (outcome.kind == Outcome::Kind::unknown && worst == Outcome::Kind::done) worst = Outcome::Kind::unknown;
}

Outcome stop_one(Driver& driver, const Hurry& hurry, const Stoppable& one) {
    if (!hurry.now()) return end(driver, one.stop, one.what, one.runs, kReturnTime);
    const bool sent = driver.send(one.stop, kHurried).fate != Sent::Fate::unsent;
    return unknown((sent ? "a stop was sent for " : "no stop could be sent for ") + one.what +
                   ", which may still be going on");
}

Outcome stop_what_runs(Driver& driver, const Hurry& hurry) {
    std::string stopped_ones, others;
    Outcome::Kind worst = Outcome::Kind::done;
    for (const Stoppable& one : stoppables()) {
        if (one.runs(driver.state()) == false) continue;
        note(stop_one(driver, hurry, one), stopped_ones, others, worst);
    }
    Milliseconds patience = kReturnTime;
    for (const MotorToStop& one : kMotors) {
        const auto outcome = stop_motor(driver, hurry, one, patience);
        if (!outcome) continue;
        note(*outcome, stopped_ones, others, worst);
        if (outcome->kind == Outcome::Kind::unknown) patience = kAnswerTime;  // a scope that does not say will not
    }
    if (worst != Outcome::Kind::done) return {worst, {}, others + (stopped_ones.empty() ? "" : "; " + stopped_ones)};
    return done(stopped_ones.empty() ? "nothing was running" : stopped_ones);
}

}  // namespace

Outcome stop_all(Driver& driver) {
    const Hurry hurry(driver);
    const Sent state = hurry.insist(driver, request::working_state(), kReturnTime);
    if (state.answered()) return stop_what_runs(driver, hurry);
    driver.notice("the scope does not say what runs; every stop is sent");
    bool any_sent = false;
    for (const Stoppable& one : stoppables())
        any_sent = driver.send(one.stop, kHurried).fate != Sent::Fate::unsent || any_sent;
    if (!any_sent)
        return failed(
            "no stop could be sent: no connection to the scope. What runs goes on by itself; "
            "go nearer, or switch the scope off with its button");
    for (const MotorToStop& one : kMotors) driver.send(request::stop_motor(one.motor), kHurried);
    return unknown("stops were sent for everything, but the scope does not say whether it heeded them; look at it");
}

}  // namespace nightstack::device::dwarf::jobs
