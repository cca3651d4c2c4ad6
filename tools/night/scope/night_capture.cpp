// SPDX-License-Identifier: MIT
#include "tools/night/scope/night_capture.h"

#include <algorithm>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/jobs/capture_raw.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/printable.h"
#include "tools/night/scope/card_count.h"

namespace nightstack::tools {

using namespace device::dwarf;
using jobs::Driver;
using jobs::Outcome;
using Kind = Outcome::Kind;

namespace {

constexpr Milliseconds kBetweenLooks{5'000};
constexpr Milliseconds kFirstFrame{30'000};  // beyond its exposure: readout, writing, a slow way
const std::string kCapture = "the capture";

std::optional<bool> takes_raw(const jobs::ScopeState& state) { return jobs::takes_photos_as(state, PhotoState::raw); }

bool camera_closed(const jobs::ScopeState& state) { return jobs::value_of(state.tele_camera) == CameraState::closed; }

std::string of(std::int64_t frames, std::int64_t count) {
    return std::to_string(frames) + " of " + std::to_string(count) + " frames";
}

}  // namespace

// By the second: two captures never share one, whatever the clock does.
std::string NightCaptures::new_name() const {
    const DiaryState diary = hands_.diary.state();
    for (Utc at = hands_.flags.utc();; at += std::chrono::seconds(1)) {
        std::string name = name_for(NameKind::raw, at);
        if (std::ranges::none_of(diary.captures, [&](const BegunCapture& c) { return c.name == name; })) return name;
    }
}

CaptureEnd NightCaptures::take(int count) {
    jobs::RawPlan plan;
    plan.raw = raw_of(hands_.target, count);
    plan.raw.name = new_name();
    plan.utc = hands_.flags.utc();
    plan.need_darks = false;  // asked for before the goto
    pick_.want(plan.raw.name);
    jobs::RawOutcome raw;
    {
        CaptureDriver capture(hands_);
        raw = jobs::capture_raw(capture.driver(), plan);
    }
    const DiaryState diary = hands_.diary.state();
    const bool sent = !diary.captures.empty() && diary.captures.back().name == plan.raw.name;
    if (!sent) return {raw.outcome, false, true, false, 0};
    const BegunCapture& begun = diary.captures.back();
    const bool restarted = camera_closed(hands_.state);
    switch (raw.outcome.kind) {
        case Kind::done:
            if (raw.counted >= count) return ended(begun.name, {raw.outcome, true, true, restarted, count});
            // Only the time says that all are there: counts got lost, or a full card has ended it. The card knows.
            return counted(begun, jobs::unknown(raw.outcome.words));
        case Kind::stopped: return counted(begun, raw.outcome);
        case Kind::failed:
            // Refused by the scope: nothing was begun, so that nothing is to be counted.
            if (!begun.begun && raw.outcome.code && raw.counted == 0)
                return ended(begun.name, {raw.outcome, false, true, restarted, 0});
            return counted(begun, raw.outcome);
        case Kind::unknown: break;
    }
    hands_.notice(printable(raw.outcome.words));
    return settle(begun);
}

// Waits for a scope that is away. Nothing: it does not say.
std::optional<bool> NightCaptures::running(Driver& driver) const {
    const Moment last = driver.now() + away_;
    std::optional<bool> runs;
    do {
        runs = jobs::settle(driver, takes_raw, jobs::kReturnTime);
    } while (!runs && !driver.stop_asked() && driver.now() < last);
    return runs;
}

// A capture whose beginning nobody has confirmed may be somebody else's: then no folder of its name comes.
bool NightCaptures::is_ours(const BegunCapture& capture) const {
    if (capture.begun) return true;
    const auto patience = std::chrono::duration_cast<Milliseconds>(hands_.target.exposure) + kFirstFrame;
    const Moment last = hands_.link.now() + patience;
    do {
        if (count_frames(card_, capture.name, 1, hands_.leave).frames) return true;
    } while (!hands_.over() && hands_.link.now() < last);
    return false;
}

CaptureEnd NightCaptures::settle(const BegunCapture& capture) {
    pick_.want(capture.name);
    hands_.notice("asking the scope what became of " + capture.name + ", which was begun before");
    CaptureDriver hands(hands_);
    const std::optional<bool> runs = running(hands.driver());
    if (!runs)
        return {jobs::unknown("what became of " + capture.name +
                              " is not known: the scope does not say. Nothing was sent again"),
                true, false, false, 0};
    if (!*runs) return counted(capture, jobs::unknown("the scope is idle"));
    if (is_ours(capture)) return watch(hands.driver(), capture);
    return {jobs::unknown("the scope takes RAW frames, but no session " + capture.name +
                          " comes on its card: they are somebody else's. Nothing was sent; --no-drive follows them"),
            true, false, false, 0};
}

CaptureEnd NightCaptures::watch(Driver& driver, const BegunCapture& capture) {
    hands_.notice("the scope goes on with " + capture.name + "; following it");
    Moment ask = driver.now() + kBetweenLooks;
    std::int64_t told = 0;
    for (;;) {
        if (driver.stop_asked()) return counted(capture, jobs::end(driver, request::stop_raw(), kCapture, takes_raw));
        if (const auto raw = jobs::value_of(hands_.state.raw); raw && raw->taken > told) {
            told = raw->taken;
            driver.count("frames taken", told, capture.count);
        }
        if (driver.now() >= ask) {
            if (jobs::look(driver, takes_raw) == false) {
                const std::optional<bool> runs = running(driver);
                if (runs == false) return counted(capture, jobs::unknown("it has ended"));
            }
            ask = driver.now() + kBetweenLooks;
        }
        driver.listen(ask);
    }
}

// It does not run any more: the card tells how many there are.
CaptureEnd NightCaptures::counted(const BegunCapture& capture, Outcome outcome) {
    CaptureEnd end{std::move(outcome), true, false, camera_closed(hands_.state), 0};
    const bool asked_to_stop = end.outcome.kind == Kind::stopped;
    if (end.outcome.kind == Kind::failed && takes_raw(hands_.state) == true) return end;  // it heeds no stop
    const CardCount card = count_frames(card_, capture.name, asked_to_stop ? 1 : capture.count, hands_.leave);
    if (!card.seen) {
        end.outcome.words += "; how many frames " + capture.name + " has is not known, for the card could not be " +
                             "looked at (" + printable(card.why_not) + ")";
        return end;
    }
    end.certain = true;
    end.taken = std::min(card.frames.value_or(0), capture.count);
    if (end.taken >= capture.count && !asked_to_stop) {
        end.outcome = jobs::done("all " + std::to_string(capture.count) + " frames are taken");
    } else if (end.outcome.kind == Kind::unknown) {
        end.outcome =
            jobs::failed(card.frames ? capture.name + " has ended: " + of(end.taken, capture.count) + " are on the card"
                                     : capture.name + " was never begun, or ended before its first frame");
    }
    return ended(capture.name, std::move(end));
}

CaptureEnd NightCaptures::ended(const std::string& name, CaptureEnd end) const {
    hands_.diary.over(name, end.taken, end.certain, end.outcome.words);
    return end;
}

}  // namespace nightstack::tools
