// SPDX-License-Identifier: MIT
#include "tools/live_plan.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
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
#include "tools/night/scope/scope_diary.h"
#include "tools/night/show/night_json.h"
#include "tools/session/product_name.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

int joined(int before, int code) {
    const auto gave_a_stack = [](int c) { return c == kDone || c == kSomeInputsFailed; };
    if (before == code) return code;
    return gave_a_stack(before) || gave_a_stack(code) ? kSomeInputsFailed : before;
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

// What the scope has taken: frames that could not be had are not taken again.
std::int64_t taken(const PlanNight& night) {
    const auto came = static_cast<std::int64_t>(night.frames);
    try {
        return std::max(came, Diary(ScopeDiary{{}, night.source}).state().taken());
    } catch (const FormatError&) {
        return came;
    }
}

// What one target of the plan has: by this call, by earlier ones of this evening (in --session: of any).
struct Had {
    std::optional<fs::path> open;      // a night of it that goes on
    std::optional<fs::path> finished;  // the newest
    std::int64_t frames = 0;           // taken in those that are finished
    std::int64_t open_frames = 0;
};

class PlanRun {
public:
    PlanRun(const LiveCall& call, const LiveWish& wish, NightPlan plan, const device::Site& site)
        : call_(call), wish_(wish), plan_(std::move(plan)), site_(site), passed_(plan_.targets.size()) {}

    int run() {
        std::string said;
        for (;;) {
            if (call_.stop.stop_requested()) throw Interrupted();
            const device::dwarf::Utc now = call_.o.scope.scope.utc();
            const PlanHour hour = plan_hour(plan_, site_, now, passed_);
            if (hour.what == PlanHour::What::over) return end(hour);
            if (hour.what == PlanHour::What::take) {
                take(hour);
                continue;
            }
            if (hour.why != std::exchange(said, hour.why)) call_.talk.say("waiting: " + hour.why);
            const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(hour.until - now);
            pause(std::clamp(time, std::chrono::milliseconds(100), std::chrono::milliseconds(10'000)), call_.stop);
        }
    }

private:
    std::string name_of(std::size_t index) const {
        const std::string& name = plan_.targets[index].target.name;
        return name.empty() ? "the target" : printable(name);
    }
    BegunRecord begun(std::size_t index) const {
        BegunRecord record = begun_now(call_, wish_, plan_.targets[index].target.name);
        record.part = part_of(plan_, index);
        return record;
    }
    fs::path nights_place() const { return session_of(call_.o).value_or(nights_folder()); }

    Had had(std::size_t index) const {
        const bool all = session_of(call_.o).has_value();
        const std::string tonight = evening_date(std::chrono::system_clock::now());
        Had had;
        for (PlanNight& night : nights_of(nights_place(), begun(index), all ? NightsOf::all : NightsOf::recent)) {
            if (!night.finished) {
                if (had.open) continue;
                had.open = night.folder;
                had.open_frames = taken(night);
                continue;
            }
            const bool ours = std::ranges::find(nights_, night.folder) != nights_.end();
            if (!all && !ours && !night.folder.filename().string().starts_with(tonight)) continue;
            had.frames += taken(night);
            if (!had.finished) had.finished = std::move(night.folder);
        }
        return had;
    }

    bool has_all(std::size_t index, const Had& had) const {
        const std::optional<int>& count = plan_.targets[index].count;
        return count && had.frames >= *count;
    }

    Night opened(std::size_t index, const Had& had) const {
        if (had.open) return reopen_night(*had.open);
        const BegunRecord record = begun(index);
        if (const auto session = session_of(call_.o))
            return open_night(fresh_folder(*session, safe_name(record.target)), nights_folder(), record);
        return begin_night(nights_folder(), record);
    }

    // Until its hours are over. Each target has a night, and a folder, of its own; one that got fewer frames than it
    // was to have gets a further night for the rest.
    int run_target(std::size_t index, device::dwarf::Utc until) {
        const Had had = this->had(index);
        TargetPlan target = plan_.targets[index];
        if (!had.open && has_all(index, had)) {  // by an earlier call, say, that was broken off at a later target
            nights_.push_back(*had.finished);    // whose best stack may be due
            call_.talk.say(name_of(index) + " is finished already: " + printable((*had.finished / "results").string()));
            return kDone;
        }
        if (target.count && had.frames > 0) {
            const std::int64_t rest = std::max<std::int64_t>(*target.count - had.frames, 1);
            call_.talk.say(name_of(index) + ": " + std::to_string(had.frames) + " of " + std::to_string(*target.count) +
                           " frames are there; this night is for the other " + std::to_string(rest));
            target.count = static_cast<int>(rest);
        }
        Night night = opened(index, had);
        nights_.push_back(night.folder);
        return run_one(call_, std::move(night), scope_source(call_.o.scope, target, until));
    }

    int failed(std::size_t index, const Error& e) {
        const Failure failure = failure_of(e);
        const std::string text = name_of(index) + ": " + failure.text;
        call_.talk.warn(text);
        call_.talk.event(error_event(text, failure.code));
        return failure.code;
    }

    // What ends one target ends only that one.
    int guarded(std::size_t index, device::dwarf::Utc until) {
        try {
            return run_target(index, until);
        } catch (const DeviceError& e) {
            return failed(index, e);
        } catch (const OptionError& e) {
            return failed(index, e);
        }
    }

    void take(const PlanHour& hour) {
        const int ended = guarded(hour.target, hour.until);
        code_ = code_ ? joined(*code_, ended) : ended;
        // One whose hours have ended may be taken again when they come back.
        passed_[hour.target] = has_all(hour.target, had(hour.target)) || call_.o.scope.scope.utc() < hour.until;
    }

    // Which target has how many frames, whatever became of it.
    std::string frames_words() const {
        std::string words;
        bool all = true;
        for (std::size_t i = 0; i < plan_.targets.size(); ++i) {
            const Had had = this->had(i);
            const std::optional<int>& count = plan_.targets[i].count;
            const std::int64_t frames = had.frames + had.open_frames;
            words += (i == 0 ? "" : ", ") + name_of(i) + " has " + std::to_string(frames);
            if (count) words += " of " + std::to_string(*count);
            if (passed_[i] && count && !has_all(i, had)) words += " and is given up";
            all = all && count && frames >= *count;
        }
        return (all ? "all targets have their frames: " : "") + words;
    }

    int end(const PlanHour& hour) {
        call_.talk.say("the plan is over: " + frames_words() + (hour.why.empty() ? "" : "; " + printable(hour.why)));
        const int code = code_.value_or(kNoUsableFrame);
        const int best = call_.o.best ? best_stacks(call_, nights_) : kDone;
        return best == kDone ? code : joined(code, best);
    }

    const LiveCall& call_;
    const LiveWish& wish_;
    const NightPlan plan_;
    const device::Site site_;
    std::vector<bool> passed_;      // taken, or not to be taken by this call
    std::vector<fs::path> nights_;  // folders of those that were run
    std::optional<int> code_;
};

}  // namespace

int run_plan(const LiveCall& call, const LiveWish& wish) {
    if (call.o.scope.no_drive) throw OptionError("--plan drives the scope, --no-drive does not");
    NightPlan plan = read_night_plan(call.o.scope.plan);
    const device::Site site = plan.site ? *plan.site : call.o.scope.scope.needed_site();
    call.o.scope.scope.site = site_words(site);
    return PlanRun(call, wish, std::move(plan), site).run();
}

}  // namespace nightstack::tools
