// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/go_to.h"

#include <algorithm>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr Milliseconds kBetweenPolls{3000};

bool follows(const ScopeState& state) { return value_of(state.astro) == AstroState::tracking; }

// Watches one goto that the scope has taken. "Tracking" pushed may still be that of the last target, told late;
// the working state, asked twice, decides.
class Approach {
public:
    Approach(Driver& driver, std::string doing) : driver_(driver), doing_(std::move(doing)) {}

    Outcome watch(Milliseconds within);

private:
    std::optional<Outcome> look();  // at what pushes have told
    std::optional<Outcome> ask();   // 10022
    std::optional<Outcome> arrived();
    std::optional<Outcome> idle();
    Outcome stop();
    void report();

    Driver& driver_;
    std::string doing_;
    std::int64_t shown_ = 0;
    std::optional<Moment> judged_;      // the failure that was looked at
    std::optional<Moment> idle_since_;  // all looks since then say so
};

void Approach::report() {
    const auto& told = driver_.state().pointing_code;
    if (!told || told->value.code == shown_) return;
    shown_ = told->value.code;
    if (shown_ == 1003) driver_.step(doing_ + ": turning");
    if (shown_ == 1004) driver_.step(doing_ + ": finding its place among the stars");
}

std::optional<Outcome> Approach::arrived() {
    const std::optional<bool> tracking = settle(
        driver_, [](const ScopeState& s) { return std::optional<bool>(follows(s)); }, 2 * kAnswerTime);
    if (tracking != true) {
        driver_.state().pointing.reset();  // told late, of the last target
        return {};
    }
    return done(doing_ + ": there, and following it");
}

std::optional<Outcome> Approach::look() {
    const ScopeState& state = driver_.state();
    report();
    const auto told = value_of(state.pointing);
    if (told == Pointing::tracking) return arrived();
    if (told != Pointing::failed || !state.pointing_code || judged_ == state.pointing->at) return {};
    judged_ = state.pointing->at;
    // While the scope says that it is on its way, it is that of an older goto.
    const std::int64_t code = state.pointing_code->value.code;
    if (jobs::look(driver_, corrects) != true) return failed_with(code, doing_);
    return {};
}

std::optional<Outcome> Approach::ask() {
    if (!driver_.refresh()) return {};
    const ScopeState& state = driver_.state();
    if (follows(state)) return arrived();
    if (value_of(state.tele_camera) == CameraState::closed)
        return failed(doing_ +
                      " ended: the camera is closed, so the scope restarted or somebody closed it. "
                      "Prepare and calibrate again");
    if (value_of(state.astro) == AstroState::idle) return idle();
    idle_since_.reset();
    return {};
}

// Its last word may still be on the way.
std::optional<Outcome> Approach::idle() {
    const ScopeState& state = driver_.state();
    if (value_of(state.pointing) == Pointing::failed && state.pointing_code)
        return failed_with(state.pointing_code->value.code, doing_);
    if (!idle_since_) idle_since_ = driver_.now();
    if (driver_.now() - *idle_since_ < kLastWord) return {};
    return failed(doing_ + " ended without saying why; the scope is idle and follows nothing. Try it again");
}

// It may arrive while it is told to stop: then following ends as well.
Outcome Approach::stop() {
    Outcome outcome = end(driver_, request::stop_goto(), doing_, busy_with_sky);
    if (outcome.kind == Outcome::Kind::failed && follows(driver_.state()))
        outcome.words = doing_ + " was told several times to stop, but the scope has arrived and follows the target";
    return outcome;
}

Outcome Approach::watch(Milliseconds within) {
    const Moment last = driver_.now() + within;
    Moment poll = driver_.now() + kBetweenPolls;
    while (driver_.now() < last) {
        if (const auto over = look()) return *over;
        if (driver_.stop_asked()) return stop();
        if (driver_.now() >= poll) {
            if (const auto over = ask()) return *over;
            poll = driver_.now() + kBetweenPolls;
        }
        driver_.listen(std::min(poll, last));
    }
    return unknown(doing_ + " did not end within " + std::to_string(within.count() / 1000) +
                   " s. Look where the scope points; stop it (scope stop) and try again");
}

}  // namespace

Outcome go_to(Driver& driver, const GoToPlan& plan) {
    const std::string doing = "goto " + (plan.target.name.empty() ? "the target" : plan.target.name);
    if (const auto no = meet(driver, doing)) return *no;
    ScopeState& state = driver.state();
    const Message start = request::go_to(plan.target, plan.site, plan.utc, name_for(NameKind::go_to, plan.utc));
    std::optional<Refusal> no = refuse(state, start);
    if (!no && !state.calibration && !plan.scope_decides)
        no = Refusal{-19, "no calibration has been seen to succeed since the scope was prepared; calibrate first"};
    if (no) return trouble({Sent::Fate::refused, {}, no}, doing);
    const bool followed = follows(state);
    state.pointing.reset();
    state.pointing_code.reset();
    driver.step(doing + " begins");
    const auto under_way = [&](const ScopeState& s) {
        return follows(s) && !followed ? std::optional<bool>(true) : corrects(s);
    };
    const Begun begun = begin(driver, start, {request::stop_goto(), busy_with_sky}, doing, under_way, Again::when_idle);
    if (begun.no) return *begun.no;
    return Approach(driver, doing).watch(plan.within);
}

}  // namespace nightstack::device::dwarf::jobs
