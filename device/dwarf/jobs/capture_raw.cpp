// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/capture_raw.h"

#include <algorithm>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/jobs/raw_watch.h"
#include "device/dwarf/protocol/quirks.h"

namespace nightstack::device::dwarf::jobs {
namespace {

const std::string kDoing = "the capture";
constexpr std::int64_t kBytesOfFrame[] = {16'600'000, 4'200'000};  // by binning

std::optional<bool> takes_raw(const ScopeState& state) { return takes_photos_as(state, PhotoState::raw); }

class RawRun {
public:
    RawRun(Driver& driver, const RawPlan& plan);
    RawOutcome run();

private:
    std::optional<Outcome> check();  // before the command
    void check_card();
    Outcome watch();
    Outcome end_it();               // a stop was asked
    std::optional<Outcome> look();  // at the working state
    void take_counts();
    void show_stack();
    RawOutcome with(Outcome outcome) const;

    Driver& driver_;
    RawPlan plan_;
    RawWatch watch_;
    bool stack_shown_ = false;
    std::int64_t code_shown_ = 0;
};

RawRun::RawRun(Driver& driver, const RawPlan& plan)
    : driver_(driver), plan_(plan), watch_(plan.raw.count, plan.raw.exposure, driver.now()) {
    if (plan_.raw.name.empty()) plan_.raw.name = name_for(NameKind::raw, plan_.utc);
}

RawOutcome RawRun::with(Outcome outcome) const {
    return {std::move(outcome), plan_.raw.name, plan_.raw.count, watch_.count(),
            value_of(driver_.state().stacked).value_or(0)};
}

// The scope refuses a RAW capture without darks; told before, the lid need not be put on in the dark twice.
std::optional<Outcome> RawRun::check() {
    if (const auto no = meet(driver_, kDoing)) return *no;
    auto& darks = driver_.state().dark_gains[static_cast<std::size_t>(plan_.raw.binning)];
    darks.reset();
    if (plan_.need_darks && !driver_.insist(request::dark_gains(plan_.raw.binning), 2 * kAnswerTime).answered())
        driver_.notice("the scope does not say which darks it has; it will refuse the capture if it needs them");
    check_card();
    if (const auto no = refuse(driver_.state(), request::take_raw(plan_.raw)))
        return trouble({Sent::Fate::refused, {}, no}, kDoing);
    return {};
}

void RawRun::check_card() {
    driver_.send(request::card_size());
    const auto free_gb = value_of(driver_.state().card_free_gb);
    if (!free_gb || *free_gb < 0) return;
    const std::int64_t room = std::min<std::int64_t>(*free_gb, 1'000'000) * 1'000'000'000 /
                              kBytesOfFrame[static_cast<int>(plan_.raw.binning)];
    if (room < 1) return;  // the scope's answer to the capture says whether there is no room or no card
    if (room < plan_.raw.count)
        driver_.notice("the card has room for about " + std::to_string(room) + " frames, fewer than the " +
                       std::to_string(plan_.raw.count) + " asked for");
}

void RawRun::take_counts() {
    const auto& raw = driver_.state().raw;
    if (!raw) return;
    if (raw->value.code < 0 && raw->value.code != code_shown_) {
        code_shown_ = raw->value.code;
        driver_.notice(failed_with(code_shown_, "the scope says during the capture: a frame").words);
    }
    if (raw->value.taken <= watch_.count()) return;
    watch_.counted(raw->value.taken, raw->at);
    driver_.count("frames taken", watch_.count(), plan_.raw.count);
}

// A wish only: the capture does not depend on it.
void RawRun::show_stack() {
    if (stack_shown_ || !plan_.show_stack || value_of(driver_.state().stacked).value_or(0) <= 0) return;
    stack_shown_ = true;
    driver_.send(request::preview_source(PreviewSource::stack));
}

std::optional<Outcome> RawRun::look() {
    if (!driver_.refresh()) return {};
    take_counts();
    const std::optional<bool> running = takes_raw(driver_.state());
    if (!running && watch_.complete()) return watch_.verdict(driver_.now(), false);  // it does not tell its state
    if (running == true) watch_.running(driver_.now());
    if (running != false) return {};
    const Moment seen = driver_.now();
    if (settle(driver_, takes_raw, kReturnTime) != false) return {};
    take_counts();
    return watch_.verdict(seen, value_of(driver_.state().tele_camera) == CameraState::closed);
}

Outcome RawRun::end_it() {
    Outcome outcome = end(driver_, request::stop_raw(), kDoing, takes_raw);
    take_counts();
    const bool over = outcome.kind == Outcome::Kind::stopped && watch_.complete();
    return over ? watch_.verdict(driver_.now(), false) : outcome;
}

Outcome RawRun::watch() {
    const Moment last = driver_.now() + watch_.longest();
    Moment poll = driver_.now() + watch_.poll();
    bool seen_complete = false;
    while (driver_.now() < last) {
        take_counts();
        if (driver_.stop_asked()) return end_it();
        show_stack();
        const bool just_complete = watch_.complete() && !seen_complete;
        seen_complete = watch_.complete();
        if (just_complete || driver_.now() >= poll) {
            if (const auto over = look()) return *over;
            poll = driver_.now() + watch_.poll();
        }
        driver_.listen(std::min(poll, last));
    }
    return unknown("the capture takes longer than it can: " + std::to_string(watch_.count()) + " of " +
                   std::to_string(plan_.raw.count) + " frames announced. The scope may still be at it; look at it");
}

RawOutcome RawRun::run() {
    if (const auto no = check()) return with(*no);
    driver_.state().capture_begins(plan_.raw.count, driver_.now());
    driver_.step("capture " + plan_.raw.name + ": " + std::to_string(plan_.raw.count) + " frames");
    watch_ = RawWatch(plan_.raw.count, plan_.raw.exposure, driver_.now());
    const Begun begun =
        begin(driver_, request::take_raw(plan_.raw), {request::stop_raw(), takes_raw}, kDoing, takes_raw, Again::never);
    if (begun.no) return with(*begun.no);
    const std::int64_t code = begun.answer ? Sent{Sent::Fate::answered, begun.answer, {}}.code() : 0;
    if (code != 0) return with(failed_with(code, kDoing));
    Outcome outcome = watch();
    take_counts();
    return with(std::move(outcome));
}

}  // namespace

RawOutcome capture_raw(Driver& driver, const RawPlan& plan) { return RawRun(driver, plan).run(); }

}  // namespace nightstack::device::dwarf::jobs
