// SPDX-License-Identifier: MIT
#include "tools/night/scope/make_ready.h"

#include <algorithm>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/jobs/calibrate.h"
#include "device/dwarf/jobs/capture_darks.h"
#include "device/dwarf/jobs/go_to.h"
#include "device/dwarf/jobs/prepare.h"
#include "device/dwarf/protocol/requests.h"
#include "tools/scope/preparation.h"

namespace nightstack::tools {

using namespace device::dwarf;
using jobs::Driver;
using jobs::Outcome;
using Kind = Outcome::Kind;

namespace {

constexpr int kCalibrations = 3;  // clouds pass
constexpr int kGotos = 3;
constexpr Milliseconds kBetweenTries{5'000};
constexpr int kDarkFrames = 20;
constexpr int kNotCalibrated = -19, kGotoFailed = 1006;
constexpr int kBelowHorizon = -45, kBeyondLimits = -46;
constexpr Milliseconds kLongestDarks{3'600'000};

bool follows(const jobs::ScopeState& state) { return jobs::value_of(state.astro) == AstroState::tracking; }
bool camera_open(const jobs::ScopeState& state) { return jobs::value_of(state.tele_camera) == CameraState::open; }

// A scope follows the sky only when it knows how it stands; else the diary says so, and a camera that is still open
// that the scope has not been restarted since.
bool is_calibrated(const DriveHands& hands) {
    return follows(hands.state) || (hands.diary.state().calibrated && camera_open(hands.state));
}

Outcome calibrate_once(const DriveHands& hands) {
    MovingDriver moving(hands);
    if (const auto no = jobs::meet(moving.driver(), "calibration")) return *no;
    if (follows(hands.state)) {
        const Outcome ended =
            jobs::end(moving.driver(), request::stop_goto(), "following the sky", jobs::busy_with_sky);
        if (ended.kind != Kind::stopped) return ended;
    }
    return jobs::calibrate(moving.driver(), {hands.flags.needed_site(), hands.flags.utc()});
}

// Again after a while where that may help.
template <class Try>
Outcome tries(const DriveHands& hands, int most, const Try& once) {
    for (int i = 1;; ++i) {
        Outcome outcome = once();
        if (outcome.kind == Kind::done || outcome.kind == Kind::stopped || i == most || hands.over()) return outcome;
        if (outcome.code == kBelowHorizon || outcome.code == kBeyondLimits) return outcome;
        hands.notice(outcome.words + "; trying it again");
        MovingDriver moving(hands);
        if (!moving.driver().rest(kBetweenTries)) return outcome;
    }
}

// Each step that is done is said in its own words.
Outcome said(const DriveHands& hands, Outcome outcome) {
    if (outcome.kind == Kind::done) hands.notice(outcome.words);
    return outcome;
}

Outcome prepare(const DriveHands& hands) {
    MovingDriver moving(hands);
    return said(hands, jobs::prepare(moving.driver(), preparation(hands.link, hands.flags, hands.ask)));
}

Outcome calibrate(const DriveHands& hands) {
    const Outcome outcome = tries(hands, kCalibrations, [&] { return calibrate_once(hands); });
    if (outcome.kind == Kind::done) hands.diary.calibrated();
    return said(hands, outcome);
}

Outcome go(const DriveHands& hands) {
    bool calibrated_anew = false;
    return tries(hands, kGotos, [&] {
        Outcome outcome;
        {
            MovingDriver moving(hands);
            jobs::GoToPlan plan;
            plan.target = hands.target.target;
            plan.site = hands.flags.needed_site();
            plan.utc = hands.flags.utc();
            plan.scope_decides = true;
            outcome = jobs::go_to(moving.driver(), plan);
        }
        const bool lost_its_way = outcome.code == kNotCalibrated || outcome.code == kGotoFailed;
        if (!lost_its_way || calibrated_anew || hands.over()) return outcome;
        calibrated_anew = true;
        hands.notice(outcome.words + "; calibrating anew");
        if (Outcome no = calibrate(hands); no.kind != Kind::done) return no;
        return outcome;
    });
}

Outcome set_filter(const DriveHands& hands) {
    if (!hands.target.ir) return jobs::done("");
    MovingDriver moving(hands);
    const jobs::Sent sent = moving.driver().insist(request::ir_filter(*hands.target.ir));
    if (!sent.answered() || sent.code() != 0) return jobs::trouble(sent, "setting the infrared filter");
    moving.driver().rest(jobs::kIspSpacing);
    return jobs::done("");
}

// Whether the gain is among those that have darks; nothing: the scope does not say.
std::optional<bool> has_darks(const DriveHands& hands, Driver& driver) {
    auto& known = hands.state.dark_gains[static_cast<std::size_t>(hands.target.binning)];
    known.reset();
    driver.insist(request::dark_gains(hands.target.binning), 2 * jobs::kAnswerTime);
    const auto gains = jobs::value_of(known);
    if (!gains) return {};
    return std::find(gains->begin(), gains->end(), hands.target.gain) != gains->end();
}

std::string settings_text(const TargetPlan& target) {
    return "gain " + std::to_string(target.gain) + (target.binning == Binning::none ? " at 1x1" : " at 2x2");
}

Outcome take_darks(const DriveHands& hands) {
    const std::string question =
        "The scope has no darks for " + settings_text(hands.target) + " and takes them now: put the lid on. Is it on?";
    if (hands.ask && !hands.ask(question)) return jobs::failed("no darks were taken: the lid is not on");
    if (!hands.ask) hands.notice("the scope takes darks for " + settings_text(hands.target) + ": the lid must be on");
    jobs::DarkPlan plan;
    plan.darks.gains = {hands.target.gain};
    plan.darks.exposure = hands.target.exposure;
    plan.darks.binning = hands.target.binning;
    plan.darks.count = kDarkFrames;
    plan.utc = hands.flags.utc();
    CaptureDriver capture(hands);
    Outcome outcome = jobs::capture_darks(capture.driver(), plan);
    if (outcome.kind != Kind::done) return outcome;
    hands.notice("darks are there: take the lid off");
    if (hands.ask) hands.ask("The darks are there: take the lid off. Is it off?");
    return outcome;
}

// Begun by an earlier run, or by somebody else: what is being taken is not begun again.
void wait_for_darks(const DriveHands& hands, Driver& driver) {
    const Moment last = driver.now() + kLongestDarks;
    const auto takes = [](const jobs::ScopeState& state) { return jobs::takes_photos_as(state, PhotoState::dark); };
    if (jobs::look(driver, takes) != true) return;
    hands.notice("the scope is taking darks already; waiting until they are there");
    while (!driver.stop_asked() && driver.now() < last && jobs::settle(driver, takes, jobs::kReturnTime) != false)
        driver.rest(kBetweenTries);
}

}  // namespace

Outcome make_darks(const DriveHands& hands, bool take_anew) {
    std::optional<bool> there;
    {
        CaptureDriver capture(hands);
        there = has_darks(hands, capture.driver());
    }
    if (hands.over()) return jobs::stopped("stopped before the darks");
    if (there != false && !take_anew) return jobs::done("");
    if (hands.target.take_darks) return take_darks(hands);
    return jobs::failed("the scope has no darks for " + settings_text(hands.target) +
                        " and takes no frames without: put the lid on and take some (darks = \"auto\" in the plan, "
                        "--take-darks, or nightstack scope darks take --gain " +
                        std::to_string(hands.target.gain) + ")");
}

Outcome make_ready(const DriveHands& hands) {
    {
        CaptureDriver capture(hands);
        if (const auto no = jobs::meet(capture.driver(), "the night")) return *no;
        wait_for_darks(hands, capture.driver());
    }
    if (hands.over()) return jobs::stopped("stopped before it began");
    const bool knows_its_place = is_calibrated(hands);
    if (!knows_its_place || !camera_open(hands.state)) {
        if (const Outcome no = prepare(hands); no.kind != Kind::done) return no;
    }
    if (const Outcome no = make_darks(hands, false); no.kind != Kind::done) return no;
    if (!knows_its_place) {
        if (const Outcome no = calibrate(hands); no.kind != Kind::done) return no;
    }
    if (const Outcome no = said(hands, go(hands)); no.kind != Kind::done) return no;
    return set_filter(hands);
}

}  // namespace nightstack::tools
