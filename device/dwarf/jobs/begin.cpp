// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/begin.h"

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr Milliseconds kBetweenLooks{1500};
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
std::optional<Begun> after_silence(Driver& driver, const Message& stop_request, const std::string& doing,
                                   const Runs& runs, Again again, bool last) {
    driver.notice(doing + ": no answer; asking the scope what it does");
    const std::optional<bool> running = settle(driver, runs, kReturnTime);
    if (!running && driver.stop_asked()) return Begun{end(driver, stop_request, doing, runs), {}, false};
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

std::optional<bool> look(Driver& driver, const Runs& runs) {
    if (!driver.refresh()) return {};
    return runs(driver.state());
}

std::optional<bool> settle(Driver& driver, const Runs& runs, Milliseconds within, bool heed_stop) {
    const Moment last = driver.now() + within;
    std::optional<bool> before;
    while (!(heed_stop && driver.stop_asked())) {
        const std::optional<bool> now = look(driver, runs);
        if (now && now == before) return now;
        before = now;
        if (driver.now() >= last) return {};
        driver.rest_on(kBetweenLooks);
    }
    return {};
}

Begun begin(Driver& driver, const Message& request, const Message& stop_request, const std::string& doing,
            const Runs& runs, Again again) {
    const Moment last = driver.now() + kReturnTime;
    for (int sendings = 1;;) {
        Sent sent = driver.send(request);
        if (sent.answered()) return {{}, std::move(sent.message), false};
        if (sent.fate == Sent::Fate::refused) return {trouble(sent, doing), {}, false};
        if (sent.fate == Sent::Fate::unknown) {
            if (auto known = after_silence(driver, stop_request, doing, runs, again, sendings == kMostSendings))
                return *known;
            ++sendings;
        } else if (driver.now() >= last) {
            return {trouble(sent, doing), {}, false};
        }
        if (!driver.rest(Milliseconds{1000})) return {stopped(doing + " was stopped before it began"), {}, false};
    }
}

Outcome end(Driver& driver, const Message& stop_request, const std::string& what, const Runs& runs,
            Milliseconds within) {
    const Moment last = driver.now() + within;
    driver.step("stopping " + what);
    std::optional<bool> running;
    do {
        driver.send(stop_request);
        driver.rest_on(kBetweenLooks);
        running = settle(driver, runs, 2 * kAnswerTime, false);
        if (running == false) return stopped(what + " is stopped");
        if (running) driver.notice("the scope goes on with " + what + " though told to stop; telling it again");
    } while (driver.now() < last);
    if (running)
        return failed("the scope was told several times to stop " + what +
                      " but goes on. It ends by itself; to end it now, switch the scope off with its button");
    return unknown("the scope was told to stop " + what +
                   ", but says nothing any more; without a connection it goes on by itself to the end");
}

}  // namespace nightstack::device::dwarf::jobs
