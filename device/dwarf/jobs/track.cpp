// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/track.h"

#include <algorithm>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {
namespace {

const std::string kDoing = "tracking";
constexpr int kMostLooks = 30;  // a second apart
constexpr Milliseconds kBetweenPolls{5000};
constexpr std::int64_t kInitialising = -13;
constexpr std::int64_t kInitialised = -14;
constexpr std::int64_t kTracking = -15;

std::optional<bool> tracks(const ScopeState& state) {
    const auto told = value_of(state.track);
    if (!told) return {};
    return *told == TrackState::tracking;
}

// 11200, then the working state until it says that the tracker is there.
std::optional<Outcome> make_ready(Driver& driver) {
    const Sent sent = driver.insist(request::init_tracking());
    const bool fine = sent.answered() && (sent.code() == 0 || sent.code() == kInitialising ||
                                          sent.code() == kInitialised || sent.code() == kTracking);
    if (!fine && driver.stop_asked()) return stopped("tracking was stopped before it began");
    if (!fine) return trouble(sent, "preparing to track");
    for (int looks = 0; looks < kMostLooks; ++looks) {
        if (auto no = meet(driver, kDoing)) return no;
        const auto told = value_of(driver.state().track);
        if (told == TrackState::initialised || told == TrackState::stopped || told == TrackState::tracking) return {};
        driver.rest(Milliseconds{1000});
    }
    return failed("the scope did not get ready to track within half a minute; try again, or switch it off and on");
}

std::optional<Outcome> lost_it(Driver& driver, const Known<TrackedBox>& told) {
    if (told.value.code < 0) return failed_with(told.value.code, kDoing);
    if (value_of(driver.state().tele_camera) == CameraState::closed)
        return failed("tracking ended: the camera is closed, so the scope restarted or somebody closed it");
    return {};
}

Outcome watch(Driver& driver, const std::function<void(const Box&)>& moved) {
    Moment poll = driver.now() + kBetweenPolls;
    std::optional<Moment> shown;
    int misses = 0;
    for (;;) {
        const auto told = driver.state().tracked;
        if (told && told->at != shown) {
            if (const auto over = lost_it(driver, *told)) return *over;
            shown = told->at;
            if (moved) moved(told->value.box);
        }
        if (driver.stop_asked()) return end(driver, request::stop_tracking(), kDoing, tracks);
        if (driver.now() >= poll) {
            const bool answered = driver.refresh();
            misses = answered ? 0 : misses + 1;
            if (answered && tracks(driver.state()) == false && settle(driver, tracks, kReturnTime) == false)
                return failed("the scope does not track any more; it lost sight of it, or was told to stop");
            if (misses * kBetweenPolls >= 2 * kReturnTime)
                return unknown("the scope says nothing any more; whether it still tracks is not known");
            poll = driver.now() + kBetweenPolls;
        }
        driver.listen(poll);
    }
}

}  // namespace

Outcome track(Driver& driver, const Box& box, const std::function<void(const Box&)>& moved) {
    if (const auto no = meet(driver, kDoing)) return *no;
    if (tracks(driver.state()) == true)
        return trouble({Sent::Fate::refused, {}, Refusal{kTracking, "the scope tracks already; stop that first"}},
                       kDoing);
    if (const auto no = make_ready(driver)) return *no;
    driver.state().tracked.reset();
    const Begun begun = begin(driver, request::start_tracking(box), {request::stop_tracking(), tracks}, kDoing, tracks,
                              Again::when_idle);
    if (begun.no) return *begun.no;
    const std::int64_t code = begun.answer ? Sent{Sent::Fate::answered, begun.answer, {}}.code() : 0;
    if (code < 0) return failed_with(code, kDoing);
    driver.step("tracking; Ctrl-C ends it");
    return watch(driver, moved);
}

}  // namespace nightstack::device::dwarf::jobs
