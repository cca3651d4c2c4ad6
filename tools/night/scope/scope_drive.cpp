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
constexpr int kMostLosses = 10;  // of the connection while it is made ready
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

std::string ScopeDrive::where() const {
    const ScopePlace place = hands_.flags.place();
    return printable(place.host) + ":" + std::to_string(place.ports.ws);
}

std::string ScopeDrive::nobody_there() const {
    return no_connection(scope_.obstacle().kind, where()) + "? nightstack doctor --host " +
           printable(hands_.flags.host) + " looks closer";
}

// Who does not wait is told at once what is in the way.
ScopeDrive::Met ScopeDrive::reach(bool wait) {
    const Milliseconds longest =
        wait ? away_ : kMeeting + Milliseconds(static_cast<std::int64_t>(hands_.flags.wait_s * 1000));
    const int noes = wait || hands_.flags.wait_s > 0 ? std::numeric_limits<int>::max() : kNoes;
    std::stop_source either;
    const std::stop_callback by_end(hands_.end, [&] { either.request_stop(); });
    const std::stop_callback by_leave(hands_.leave, [&] { either.request_stop(); });
    hands_.show.doing("connecting to " + where());
    if (scope_.wait_until_known(scope_.now() + kMeeting, either.get_token(), noes)) return Met::yes;
    const auto foreign = [&] { return scope_.obstacle().kind == Obstacle::Kind::foreign; };
    if (wait && !hands_.over() && !foreign())
        hands_.notice(no_connection(scope_.obstacle().kind, where()) + "? Waiting for it, " +
                      (first_ == First::is_waited_for ? "as long as the hours of this target last"
                                                      : "at most " + std::to_string(away_.count() / 60'000) + " min"));
    if (scope_.wait_until_known(scope_.now() + longest, either.get_token(), noes)) return Met::yes;
    if (hands_.over()) return Met::over;
    return foreign() ? Met::yes : Met::no;
}

bool ScopeDrive::lost_since(std::uint64_t connections) const {
    return !scope_.connected() || scope_.counters().connections != connections;
}

std::int64_t ScopeDrive::missing() const {
    if (!hands_.target.count) return kMostFramesOfCapture;  // until the end
    return *hands_.target.count - hands_.diary.state().taken();
}

DriveEnd ScopeDrive::drive() {
    const bool begun = !hands_.diary.state().captures.empty();
    const bool waits = first_ == First::is_waited_for;
    const Met met = reach(begun || waits);
    if (met == Met::no) throw DeviceError(nobody_there());
    if (!hands_.over()) met_();
    if (met == Met::over && waits && !begun && !hands_.leave.stop_requested())
        return no(jobs::unknown("there was no connection to the scope as long as it was waited for"));
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
        const std::uint64_t connections = scope_.counters().connections;
        const Outcome ready = make_ready(hands_);
        if (hands_.leave.stop_requested()) throw Left{};
        if (ready.kind == Kind::stopped) return over(ready.words);
        if (ready.kind != Kind::done) {
            // Nothing has been begun: what the connection took from it is done again.
            if (!lost_since(connections) || ++losses_ > kMostLosses) return no(ready);
            hands_.notice(printable(ready.words) + "; it is tried again when the scope is back");
            if (reach(true) == Met::no) return no(jobs::unknown(nobody_there()));
            return {};
        }
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
