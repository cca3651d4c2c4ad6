// SPDX-License-Identifier: MIT
#include "tools/night/scope/scope_drive.h"

#include <algorithm>
#include <limits>

#include "device/dwarf/protocol/replies.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/night/scope/make_ready.h"
#include "tools/scope/scope_reach.h"

namespace nightstack::tools {

using namespace device::dwarf;
using jobs::Outcome;
using Kind = Outcome::Kind;

namespace {

constexpr Milliseconds kMeeting{6'000};
constexpr int kNoes = 2;
constexpr int kMostWithoutFrames = 2;
constexpr int kNoDarks = -41, kGainWithoutDarks = -64;

DriveEnd no(const Outcome& outcome) { return {DriveEnd::Kind::failed, outcome.words}; }
DriveEnd over(const std::string& words) { return {DriveEnd::Kind::done, words}; }

}  // namespace

DriveEnd ScopeDrive::run() {
    try {
        return drive();
    } catch (const Left&) {
        return {DriveEnd::Kind::left, "left: the scope goes on by itself with what it has begun"};
    }
}

// A night that has begun waits for its scope; a new one is told at once what is in the way.
void ScopeDrive::reach() {
    const bool begun = !hands_.diary.state().captures.empty();
    const Milliseconds wait =
        begun ? away_ : kMeeting + Milliseconds(static_cast<std::int64_t>(hands_.flags.wait_s * 1000));
    const int noes = begun || hands_.flags.wait_s > 0 ? std::numeric_limits<int>::max() : kNoes;
    std::stop_source either;
    const std::stop_callback by_end(hands_.end, [&] { either.request_stop(); });
    const std::stop_callback by_leave(hands_.leave, [&] { either.request_stop(); });
    const ScopePlace place = hands_.flags.place();
    const std::string where = printable(place.host) + ":" + std::to_string(place.ports.ws);
    hands_.show.doing("connecting to " + where);
    if (!scope_.wait_until_known(scope_.now() + kMeeting, either.get_token(), noes) && begun && !hands_.over())
        hands_.notice(no_connection(scope_.obstacle().kind, where) + "? Waiting for it, at most " +
                      std::to_string(away_.count() / 60'000) + " min");
    if (scope_.wait_until_known(scope_.now() + wait, either.get_token(), noes)) return;
    if (hands_.over() || scope_.obstacle().kind == Obstacle::Kind::foreign) return;  // the first request says it
    throw DeviceError(no_connection(scope_.obstacle().kind, where) + "? nightstack doctor --host " +
                      printable(hands_.flags.host) + " looks closer");
}

std::int64_t ScopeDrive::missing() const {
    if (!hands_.target.count) return kMostFramesOfCapture;  // until the end
    return *hands_.target.count - hands_.diary.state().taken();
}

DriveEnd ScopeDrive::drive() {
    reach();
    if (!hands_.over()) met_();
    if (const auto end = settle_old()) return *end;
    while (missing() > 0) {
        if (hands_.leave.stop_requested()) throw Left{};
        if (hands_.end.stop_requested()) return over("the night is over as it was asked for");
        if (const auto end = take_some()) return *end;
    }
    return over("all frames are taken: " + std::to_string(hands_.diary.state().taken()));
}

std::optional<DriveEnd> ScopeDrive::settle_old() {
    const DiaryState diary = hands_.diary.state();
    if (diary.captures.empty()) return {};
    const BegunCapture& last = diary.captures.back();
    if (last.over && !last.certain) return no(jobs::unknown("how many frames " + last.name + " has is not known"));
    if (last.over) return {};
    const CaptureEnd end = captures_.settle(last);
    hands_.notice(printable(end.outcome.words));
    if (!end.certain) return no(end.outcome);
    return {};
}

std::optional<DriveEnd> ScopeDrive::take_some() {
    const auto astro = jobs::value_of(hands_.state.astro);
    if (astro && *astro != AstroState::tracking) ready_ = false;
    if (!ready_) {
        const Outcome ready = make_ready(hands_);
        if (hands_.leave.stop_requested()) throw Left{};
        if (ready.kind == Kind::stopped) return over(ready.words);
        if (ready.kind != Kind::done) return no(ready);
        ready_ = true;
    }
    const auto count = static_cast<int>(std::min<std::int64_t>(missing(), kMostFramesOfCapture));
    const CaptureEnd end = captures_.take(count);
    if (hands_.end.stop_requested()) return over(end.outcome.words);
    if (!end.certain) return no(end.outcome);
    if (end.outcome.kind == Kind::done) return {};
    const bool lacks_darks = end.outcome.code == kNoDarks || end.outcome.code == kGainWithoutDarks;
    if (lacks_darks && hands_.target.take_darks && !darks_anew_) {
        darks_anew_ = true;  // the scope tells gains only: of another exposure it has none
        if (const Outcome darks = make_darks(hands_, true); darks.kind != Kind::done) return no(darks);
        ready_ = false;  // the lid was on meanwhile
        return {};
    }
    without_frames_ = end.taken > 0 ? 0 : without_frames_ + 1;
    if (!end.restarted || without_frames_ >= kMostWithoutFrames) return no(end.outcome);
    hands_.notice(end.outcome.words + "; the scope has restarted, and the rest is taken by a new capture");
    ready_ = false;
    return {};
}

}  // namespace nightstack::tools
