// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/begin.h"

#include <algorithm>

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr Milliseconds kBetweenLooks{1500};
constexpr Milliseconds kShortestLook{500};
constexpr Milliseconds kStopAnswer{2000};  // of a stop: not waited for longer, the state tells whether it works
constexpr Milliseconds kStopEffect{1000};
constexpr Milliseconds kShortestRound{5000};  // in which a stop can be sent and settled
constexpr int kMostSendings = 3;

bool closed(Driver& driver) { return value_of(driver.state().tele_camera) == CameraState::closed; }

Outcome never_again(Driver& driver, const std::string& doing) {
    if (closed(driver))
        return failed(doing +
                      " does not run: the camera is closed, so the scope restarted or somebody closed it. "
                      "Prepare it again");
    return unknown(doing +
                   " was sent, then the answer was lost. The scope is idle now: either it never got the command, "
                   "or all is over already. It was not sent again; look at the card before you repeat it");
}

// What to do about a request that was sent and not answered: nothing means send it again.
std::optional<Begun> after_silence(Driver& driver, const Ending& ending, const std::string& doing, const Runs& runs,
                                   Again again, bool last) {
    driver.notice(doing + ": no answer; asking the scope what it does");
    const std::optional<bool> running = settle(driver, runs, kReturnTime);
    if (!running && driver.stop_asked()) return Begun{end(driver, ending.stop, doing, ending.runs), {}, false};
    if (!running)
        return Begun{unknown(doing + " was sent without an answer, and the scope does not say what it does. "
                                     "Look at the scope, and at the card before you repeat it"),
                     {},
                     false};
    if (*running) return Begun{};
    if (again == Again::never) return Begun{never_again(driver, doing), {}, true};
    if (last) return Begun{failed(doing + " was sent several times, but the scope did not begin it"), {}, true};
    return {};
}

// How much time is left for a stop.
class StopClock {
public:
    StopClock(const Driver& driver, Milliseconds within)
        : driver_(driver), last_(driver.now() + within), asked_before_(driver.stop_asked()) {}

    Milliseconds left() const {
        const std::optional<Moment> limit = asked_before_ ? std::nullopt : driver_.stop_limit();
        const auto left = std::min(last_, limit.value_or(last_)) - driver_.now();
        return std::max(std::chrono::duration_cast<Milliseconds>(left), Milliseconds{0});
    }

private:
    const Driver& driver_;
    Moment last_;
    bool asked_before_;
};

Outcome not_confirmed(const std::string& what, bool sent) {
    if (sent)
        return unknown("the scope was told to stop " + what +
                       ", but did not confirm it: it may still be at it, and without a connection goes on by itself to "
                       "the end. Look at the scope, or try again (scope stop)");
    return unknown("no stop for " + what +
                   " could be sent, for there is no connection to the scope: it may still be at it, and goes on by "
                   "itself to the end. Go nearer and try again (scope stop)");
}

}  // namespace

std::optional<bool> takes_photos_as(const ScopeState& state, PhotoState kind) {
    const auto photo = value_of(state.photo);
    if (!photo) return {};
    return *photo == kind;
}

std::optional<bool> corrects(const ScopeState& state) {
    const auto astro = value_of(state.astro);
    if (!astro) return {};
    return *astro == AstroState::correcting || *astro == AstroState::calculating;
}

std::optional<bool> busy_with_sky(const ScopeState& state) {
    const auto astro = value_of(state.astro);
    if (!astro || *astro == AstroState::stopping) return {};
    return *astro != AstroState::idle;
}

std::optional<bool> look(Driver& driver, const Runs& runs, Milliseconds within) {
    if (!driver.refresh(within)) return {};
    return runs(driver.state());
}

std::optional<bool> settle(Driver& driver, const Runs& runs, Milliseconds within, bool heed_stop) {
    const Moment last = driver.now() + within;
    std::optional<bool> before;
    while (!(heed_stop && driver.stop_asked())) {
        const auto left = std::chrono::duration_cast<Milliseconds>(last - driver.now());
        const std::optional<bool> now = look(driver, runs, std::clamp(left, kShortestLook, kAnswerTime));
        if (now && now == before) return now;
        before = now;
        if (driver.now() + kBetweenLooks >= last) return {};
        driver.rest_on(kBetweenLooks);
    }
    return {};
}

Begun begin(Driver& driver, const Message& request, const Ending& ending, const std::string& doing, const Runs& runs,
            Again again) {
    const Moment last = driver.now() + kReturnTime;
    const Outcome before{stopped(doing + " was stopped before it began")};
    for (int sendings = 1;;) {
        if (driver.stop_asked()) return {before, {}, false};
        Sent sent = driver.send(request);
        if (sent.answered()) return {{}, std::move(sent.message), false};
        if (sent.fate == Sent::Fate::refused) return {trouble(sent, doing), {}, false};
        if (sent.fate == Sent::Fate::unknown) {
            if (auto known = after_silence(driver, ending, doing, runs, again, sendings == kMostSendings))
                return *known;
            ++sendings;
        } else if (driver.now() >= last) {
            return {trouble(sent, doing), {}, false};
        }
        driver.rest(Milliseconds{1000});
    }
}

Outcome end(Driver& driver, const Message& stop_request, const std::string& what, const Runs& runs,
            std::optional<Milliseconds> within) {
    const StopClock clock(driver, within.value_or(driver.stop_time()));
    driver.step("stopping " + what);
    bool sent = false;
    std::optional<bool> running;
    do {
        const Sent stop = driver.send(stop_request, std::clamp(clock.left(), kShortestLook, kStopAnswer));
        if (stop.fate == Sent::Fate::refused) return trouble(stop, "stopping " + what);
        sent = sent || stop.fate != Sent::Fate::unsent;
        driver.rest_on(std::min(kStopEffect, clock.left()));
        running.reset();
        if (stop.fate == Sent::Fate::unsent) continue;
        running = settle(driver, runs, std::min(kAnswerTime, clock.left()), false);
        if (running == false) return stopped(what + " is stopped");
        if (running) driver.notice("the scope goes on with " + what + " though told to stop; telling it again");
    } while (clock.left() >= kShortestRound);
    if (running)
        return failed("the scope was told several times to stop " + what +
                      " but goes on. It ends by itself; to end it now, switch the scope off with its button");
    return not_confirmed(what, sent);
}

}  // namespace nightstack::device::dwarf::jobs
