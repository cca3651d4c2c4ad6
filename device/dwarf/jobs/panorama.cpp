// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/panorama.h"

#include <algorithm>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/protocol/quirks.h"

namespace nightstack::device::dwarf::jobs {
namespace {

const std::string kDoing = "the panorama";
constexpr Milliseconds kBetweenPolls{3000};

std::optional<bool> takes_panorama(const ScopeState& state) { return takes_photos_as(state, PhotoState::panorama); }

Outcome ended(Driver& driver, bool seen_running) {
    if (value_of(driver.state().tele_camera) == CameraState::closed)
        return failed("the panorama ended: the camera is closed, so the scope restarted or somebody closed it");
    if (!seen_running)
        return unknown("the scope took the command, but is idle and was never seen at work; look at the card");
    return done("the panorama is taken; its pictures are on the card");
}

Outcome watch(Driver& driver, const PanoramaPlan& plan, bool seen_running) {
    const Moment last = driver.now() + plan.within;
    const std::int64_t pictures = std::int64_t{plan.panorama.rows} * plan.panorama.columns;
    driver.step("the panorama runs: " + std::to_string(pictures) + " pictures");
    Moment poll = driver.now();
    while (driver.now() < last) {
        if (driver.stop_asked()) return end(driver, request::stop_panorama(), kDoing, takes_panorama);
        if (driver.now() >= poll) {
            const auto running = look(driver, takes_panorama);
            seen_running = seen_running || running == true;
            if (running == false && settle(driver, takes_panorama, kReturnTime) == false)
                return ended(driver, seen_running);
            poll = driver.now() + kBetweenPolls;
        }
        driver.listen(std::min(poll, last));
    }
    return unknown("the panorama lasts longer than " + std::to_string(plan.within.count() / 1000) +
                   " s; the scope may still be at it. Look at it, or stop it (scope stop)");
}

}  // namespace

Outcome panorama(Driver& driver, const PanoramaPlan& plan) {
    if (const auto no = meet(driver, kDoing)) return *no;
    PanoramaPlan named = plan;
    if (named.panorama.name.empty()) named.panorama.name = name_for(NameKind::panorama, plan.utc);
    const Begun begun = begin(driver, request::start_panorama(named.panorama),
                              {request::stop_panorama(), takes_panorama}, kDoing, takes_panorama, Again::never);
    if (begun.no) return *begun.no;
    const std::int64_t code = begun.answer ? Sent{Sent::Fate::answered, begun.answer, {}}.code() : 0;
    if (code != 0) return failed_with(code, kDoing);
    return watch(driver, named, !begun.answer);
}

}  // namespace nightstack::device::dwarf::jobs
