// SPDX-License-Identifier: MIT
#include "tools/live_plan.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/failure.h"
#include "tools/cli/pause.h"
#include "tools/night/scope/plan_hours.h"
#include "tools/night/show/night_json.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

// One target of a plan until its hours are over. Each has a night, and a folder, of its own.
int run_target(const LiveCall& call, const LiveWish& wish, const TargetPlan& target, device::dwarf::Utc until,
               std::vector<fs::path>& nights) {
    const BegunRecord begun = begun_now(call, wish, target.target.name);
    std::optional<fs::path> session = session_of(call.o);
    if (session) *session /= safe_name(target.target.name);
    if (const auto done = finished_night(session, nights_folder(), begun)) {
        // Taken already: by an earlier call, say, that was broken off at a later target.
        if (session || (target.count && done->frames >= static_cast<std::uint64_t>(*target.count))) {
            call.talk.say(printable(target.target.name) +
                          " is finished already: " + printable((done->folder / "results").string()));
            return kDone;
        }
    }
    Night night = open_night(session, nights_folder(), begun);
    nights.push_back(night.folder);
    return run_one(call, std::move(night), scope_source(call.o.scope, target, until));
}

int joined(int before, int code) {
    const auto gave_a_stack = [](int c) { return c == kDone || c == kSomeInputsFailed; };
    if (before == code) return code;
    return gave_a_stack(before) || gave_a_stack(code) ? kSomeInputsFailed : before;
}

int failed_target(const LiveCall& call, const TargetPlan& target, const Error& e) {
    const Failure failure = failure_of(e);
    const std::string text = printable(target.target.name) + ": " + failure.text;
    call.talk.warn(text);
    call.talk.event(error_event(text, failure.code));
    return failure.code;
}

// What ends one target ends only that one.
int guarded_target(const LiveCall& call, const LiveWish& wish, const TargetPlan& target, device::dwarf::Utc until,
                   std::vector<fs::path>& nights) {
    try {
        return run_target(call, wish, target, until, nights);
    } catch (const DeviceError& e) {
        return failed_target(call, target, e);
    } catch (const OptionError& e) {
        return failed_target(call, target, e);
    }
}

// As --site has it: whoever drives the scope asks there.
std::string site_words(const device::Site& site) {
    std::string words;
    for (const double value : {site.latitude_deg, site.longitude_deg, site.height_m}) {
        char text[400];
        const auto end = std::to_chars(std::begin(text), std::end(text), value, std::chars_format::fixed).ptr;
        words += (words.empty() ? "" : ",") + std::string(std::begin(text), end);
    }
    return words;
}

// The best stacks of all targets, when the scope has no more to take.
int best_stacks(const LiveCall& call, const std::vector<fs::path>& nights) {
    int code = kDone;
    for (const fs::path& folder : nights) {
        try {
            const int ended = run_one(call, reopen_night(folder, OfFinished::best_stack), {});
            if (ended != kDone) code = kSomeInputsFailed;
        } catch (const OptionError&) {
            continue;  // there is no picture, or the best one as well
        }
    }
    return code;
}

}  // namespace

int run_plan(const LiveCall& call, const LiveWish& wish) {
    if (call.o.scope.no_drive) throw OptionError("--plan drives the scope, --no-drive does not");
    const NightPlan plan = read_night_plan(call.o.scope.plan);
    const device::Site site = plan.site ? *plan.site : call.o.scope.scope.needed_site();
    call.o.scope.scope.site = site_words(site);
    std::vector<bool> finished(plan.targets.size());
    std::vector<fs::path> nights;  // folders of those that were run
    std::optional<int> code;
    std::string said;
    for (;;) {
        if (call.stop.stop_requested()) throw Interrupted();
        const device::dwarf::Utc now = call.o.scope.scope.utc();
        const PlanHour hour = plan_hour(plan, site, now, finished);
        if (hour.what == PlanHour::What::over) {
            call.talk.say("the plan is over: " + hour.why);
            const int best = call.o.best ? best_stacks(call, nights) : kDone;
            return best == kDone ? code.value_or(kNoUsableFrame) : joined(code.value_or(kNoUsableFrame), best);
        }
        if (hour.what == PlanHour::What::wait) {
            if (hour.why != std::exchange(said, hour.why)) call.talk.say("waiting: " + hour.why);
            const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(hour.until - now);
            pause(std::clamp(time, std::chrono::milliseconds(100), std::chrono::milliseconds(10'000)), call.stop);
            continue;
        }
        const int ended = guarded_target(call, wish, plan.targets[hour.target], hour.until, nights);
        code = code ? joined(*code, ended) : ended;
        // One whose hours have ended may be taken again when they come back.
        finished[hour.target] = call.o.scope.scope.utc() < hour.until;
    }
}

}  // namespace nightstack::tools
