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
const std::string kTaken = "darks are taken: ";

std::optional<bool> takes_darks(const ScopeState& state) { return takes_photos_as(state, PhotoState::dark); }

class DarkRun {
public:
    DarkRun(Driver& driver, const DarkPlan& plan) : driver_(driver), darks_(plan.darks) {
        if (darks_.name.empty()) darks_.name = name_for(NameKind::dark, plan.utc);
    }
    Outcome run();

private:
    using Gains = std::optional<std::vector<int>>;

    Gains ask_gains();  // for which darks exist; nothing when the scope does not say
    // Whether these gains have darks now. A bit that was set before proves nothing: it names no exposure.
    struct Proof {
        bool all_there = false;  // as far as the bits can tell
        bool all_new = false;    // and none was there before: these darks, taken now
        bool lacking = false;    // certainly not all
    };
    Proof look_at_gains();

    std::optional<Outcome> start();
    std::optional<Outcome> idle_at_once(bool last);
    Outcome watch();
    Outcome ended(Moment seen);
    Milliseconds expected() const;

    Driver& driver_;
    request::Darks darks_;
    Gains before_;      // before the command
    Moment begun_{};    // the last sending
    Moment running_{};  // when it last said that it takes darks
    int power_answers_ = 0;
};

DarkRun::Gains DarkRun::ask_gains() {
    auto& known = driver_.state().dark_gains[static_cast<std::size_t>(darks_.binning)];
    known.reset();
    driver_.insist(request::dark_gains(darks_.binning));
    return value_of(known);
}

DarkRun::Proof DarkRun::look_at_gains() {
    const Gains now = ask_gains();
    if (!now) return {};
    const auto has = [](const std::vector<int>& gains) {
        return [&](int gain) { return std::find(gains.begin(), gains.end(), gain) != gains.end(); };
    };
    const auto& wanted = darks_.gains;
    Proof proof;
    proof.all_there = std::all_of(wanted.begin(), wanted.end(), has(*now));
    proof.all_new = proof.all_there && before_ && std::none_of(wanted.begin(), wanted.end(), has(*before_));
    proof.lacking = !proof.all_there;
    return proof;
}

Milliseconds DarkRun::expected() const {
    const double frames =
        static_cast<double>(darks_.count) * static_cast<double>(std::max<std::size_t>(darks_.gains.size(), 1));
    const double seconds = frames * std::max(darks_.exposure.count(), 0.0);
    return Milliseconds{static_cast<std::int64_t>(1000 * std::min(seconds, 1e7))};
}

// The command went out and nothing is being taken; nothing: send it again, for what exists is not taken twice.
std::optional<Outcome> DarkRun::idle_at_once(bool last) {
    if (value_of(driver_.state().tele_camera) == CameraState::closed)
        return failed("darks were not taken: the camera is closed; open it first (scope open)");
    const Proof proof = look_at_gains();
    if (proof.all_new) return done(kTaken + std::to_string(darks_.count) + " for each gain");
    // Once may be a power message that came by itself while the command got lost; not twice.
    if (power_answers_ >= 2 && !proof.lacking)
        return done("these darks are in the scope already, it answers; nothing had to be taken");
    if (!last) return {};
    if (proof.lacking)
        return failed("the scope did not begin to take darks, and it does not have them. Try again with the lid on");
    return unknown(
        "the scope was told several times to take darks and is idle. It has some for these gains, but does "
        "not say of which exposure; look on the card (DWARF_DARK)");
}

Outcome DarkRun::ended(Moment seen) {
    if (value_of(driver_.state().tele_camera) == CameraState::closed)
        return failed("taking darks ended: the camera is closed, so the scope restarted or somebody closed it");
    const Proof proof = look_at_gains();
    if (proof.all_new) return done(kTaken + std::to_string(darks_.count) + " for each gain");
    if (proof.lacking) return failed("taking darks ended early; the scope does not have all of them");
    // It ends by itself only when all are taken: an end seen as it came, after the time they need.
    const bool seen_ending = seen - running_ <= 3 * kBetweenPolls + darks_.exposure;
    if (seen_ending && seen - begun_ >= expected())
        return done("darks should be taken: the scope is idle again after the time they need");
    return unknown(
        "taking darks ended. The scope had darks for these gains before and does not say of which exposure, "
        "so it is not known whether it has all of them; look on the card (DWARF_DARK)");
}

Outcome DarkRun::watch() {
    const Moment last = driver_.now() + expected() * 3 / 2 + expected() + Milliseconds{300'000};
    Moment poll = driver_.now() + kBetweenPolls;
    while (driver_.now() < last) {
        if (driver_.stop_asked()) return end(driver_, request::stop_raw(), kDoing, takes_darks);
        if (driver_.now() >= poll) {
            const std::optional<bool> running = look(driver_, takes_darks);
            const Moment seen = driver_.now();
            if (running == true) running_ = seen;
            if (running == false && settle(driver_, takes_darks, kReturnTime) == false) return ended(seen);
            const auto passed = std::chrono::duration_cast<std::chrono::seconds>(driver_.now() - begun_).count();
            const auto whole = std::chrono::duration_cast<std::chrono::seconds>(expected()).count();
            driver_.count("seconds of darks", std::min(passed, whole), whole);
            poll = driver_.now() + kBetweenPolls;
        }
        driver_.listen(std::min(poll, last));
    }
    return unknown("taking darks lasts longer than it can; the scope still says that it takes them. Look at it");
}

std::optional<Outcome> DarkRun::start() {
    for (int sending = 1;; ++sending) {
        begun_ = running_ = driver_.now();
        const Begun begun = begin(driver_, request::take_darks(darks_), {request::stop_raw(), takes_darks}, kDoing,
                                  takes_darks, Again::never);
        if (begun.no && !begun.idle) return begun.no;
        const bool of_power = begun.answer && begun.answer->interface() == kPower;
        const std::int64_t code = begun.answer && !of_power ? Sent{Sent::Fate::answered, begun.answer, {}}.code() : 0;
        if (code != 0) return failed_with(code, kDoing);
        if (of_power) ++power_answers_;
        const bool idle = begun.idle || settle(driver_, takes_darks, kReturnTime) == false;
        if (!idle) return {};
        if (!begun.idle && !of_power) return ended(driver_.now());  // taken, and over already
        if (driver_.stop_asked()) return stopped(kDoing + " is stopped; the scope is idle");
        if (const auto over = idle_at_once(sending == kMostSendings)) return over;
    }
}

Outcome DarkRun::run() {
    if (const auto no = meet(driver_, kDoing)) return *no;
    driver_.step("taking darks: " + std::to_string(darks_.count) + " for each of " +
                 std::to_string(darks_.gains.size()) + " gains; keep the lid on");
    before_ = ask_gains();
    if (driver_.stop_asked()) return stopped(kDoing + " was stopped before it began");
    if (const auto no = start()) return *no;
    return watch();
}

}  // namespace

Outcome capture_darks(Driver& driver, const DarkPlan& plan) { return DarkRun(driver, plan).run(); }

}  // namespace nightstack::device::dwarf::jobs
