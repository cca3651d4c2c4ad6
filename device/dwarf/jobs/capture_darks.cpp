// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/capture_darks.h"

#include <algorithm>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/protocol/quirks.h"

namespace nightstack::device::dwarf::jobs {
namespace {

const std::string kDoing = "taking darks";
constexpr int kPower = 11003;
constexpr Milliseconds kBetweenPolls{5000};
constexpr int kMostSendings = 3;

std::optional<bool> takes_darks(const ScopeState& state) { return takes_photos_as(state, PhotoState::dark); }

class DarkRun {
public:
    DarkRun(Driver& driver, const DarkPlan& plan) : driver_(driver), darks_(plan.darks) {
        if (darks_.name.empty()) darks_.name = name_for(NameKind::dark, plan.utc);
    }
    Outcome run();

private:
    // Asks which darks there are; nothing when the scope does not say. True: all that are wanted.
    std::optional<bool> complete();
    std::optional<Outcome> start();
    Outcome idle_at_once();
    Outcome watch();
    Outcome ended();
    Milliseconds expected() const;

    Driver& driver_;
    request::Darks darks_;
    Moment begun_{};
};

std::optional<bool> DarkRun::complete() {
    auto& known = driver_.state().dark_gains[static_cast<std::size_t>(darks_.binning)];
    known.reset();
    driver_.insist(request::dark_gains(darks_.binning));
    if (!known) return {};
    return std::all_of(darks_.gains.begin(), darks_.gains.end(), [&](int gain) {
        return std::find(known->value.begin(), known->value.end(), gain) != known->value.end();
    });
}

Milliseconds DarkRun::expected() const {
    const double frames =
        static_cast<double>(darks_.count) * static_cast<double>(std::max<std::size_t>(darks_.gains.size(), 1));
    const double seconds = frames * std::max(darks_.exposure.count(), 0.0);
    return Milliseconds{static_cast<std::int64_t>(1000 * std::min(seconds, 1e7))};
}

// The command went out and nothing is being taken.
Outcome DarkRun::idle_at_once() {
    const std::optional<bool> there = complete();
    if (there == true) return done("these darks are in the scope already; nothing had to be taken");
    if (there == false)
        return failed("the scope did not begin to take darks, and it does not have them. Try again with the lid on");
    return unknown("the scope is idle and does not say which darks it has; it may have them already");
}

Outcome DarkRun::ended() {
    if (value_of(driver_.state().tele_camera) == CameraState::closed)
        return failed("taking darks ended: the camera is closed, so the scope restarted or somebody closed it");
    const std::optional<bool> there = complete();
    if (there == true) return done("darks are taken: " + std::to_string(darks_.count) + " for each gain");
    if (there == false) return failed("taking darks ended early; the scope does not have all of them");
    return unknown("taking darks ended; the scope does not say whether it has them all");
}

Outcome DarkRun::watch() {
    const Moment last = driver_.now() + expected() * 3 / 2 + expected() + Milliseconds{300'000};
    Moment poll = driver_.now() + kBetweenPolls;
    while (driver_.now() < last) {
        if (driver_.stop_asked()) return end(driver_, request::stop_raw(), kDoing, takes_darks);
        if (driver_.now() >= poll) {
            const bool idle = look(driver_, takes_darks) == false;
            if (idle && settle(driver_, takes_darks, kReturnTime, false) == false) return ended();
            const auto passed = std::chrono::duration_cast<std::chrono::seconds>(driver_.now() - begun_).count();
            const auto whole = std::chrono::duration_cast<std::chrono::seconds>(expected()).count();
            driver_.count("seconds of darks", std::min(passed, whole), whole);
            poll = driver_.now() + kBetweenPolls;
        }
        driver_.listen(std::min(poll, last));
    }
    return unknown("taking darks lasts longer than it can; the scope still says that it takes them. Look at it");
}

// Sent again when the scope is idle and lacks darks: what exists it does not take twice.
std::optional<Outcome> DarkRun::start() {
    for (int sending = 0; sending < kMostSendings; ++sending) {
        const Begun begun = begin(driver_, request::take_darks(darks_), kDoing, takes_darks, Again::never);
        if (begun.idle) {
            const Outcome what = idle_at_once();
            if (what.kind != Outcome::Kind::failed) return what;
            continue;
        }
        if (begun.no) return begun.no;
        const bool of_power = begun.answer && begun.answer->interface() == kPower;
        const std::int64_t code = begun.answer && !of_power ? Sent{Sent::Fate::answered, begun.answer, {}}.code() : 0;
        if (code != 0) return failed_with(code, kDoing);
        if (settle(driver_, takes_darks, kReturnTime) == false) return idle_at_once();
        return {};
    }
    return failed("the scope was told several times to take darks, but did not begin");
}

Outcome DarkRun::run() {
    const Sent state = driver_.insist(request::working_state());
    if (!state.answered()) return trouble(state, kDoing);
    driver_.step("taking darks: " + std::to_string(darks_.count) + " for each of " +
                 std::to_string(darks_.gains.size()) + " gains; keep the lid on");
    begun_ = driver_.now();
    if (const auto no = start()) return *no;
    return watch();
}

}  // namespace

Outcome capture_darks(Driver& driver, const DarkPlan& plan) { return DarkRun(driver, plan).run(); }

}  // namespace nightstack::device::dwarf::jobs
