// SPDX-License-Identifier: MIT
// nightstack live: the picture of a night grows while it is taken.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/pause.h"
#include "tools/cli/question.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/live_options.h"
#include "tools/night/job/night_job.h"
#include "tools/night/scope/plan_hours.h"
#include "tools/night/source/folder_source.h"
#include "tools/recorded_options.h"
#include "tools/session/input_frame.h"
#include "tools/session/job_options.h"
#include "tools/session/product_name.h"
#include "tools/session/recorded_stack.h"
#include "tools/session/report.h"
#include "tools/session/session_search.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

// A watched folder has no more to give when a few looks found nothing.
constexpr std::chrono::milliseconds kNothingNew{3'000};

enum class Kind { watch, replay, scope };
struct Wish {
    Kind kind = Kind::watch;
    std::string place;   // folder, or host
    std::string folder;  // of the frames; "" in the night's own
    std::string words() const {
        return std::string(kind == Kind::watch ? "watch " : kind == Kind::replay ? "replay " : "scope ") + place;
    }
};

Wish folder_wish(Kind kind, const char* option, const fs::path& folder) {
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error || !fs::is_directory(real, error))
        throw OptionError(std::string(option) + " " + printable(folder.string()) + ": no such folder");
    return {kind, real.string(), real.string()};
}

Wish wish_of(const CLI::App& app, const LiveOptions& o) {
    const bool scope = app.get_option("--scope")->count() > 0 || !o.scope.scope.profile.empty();
    const int given = (o.watch.empty() ? 0 : 1) + (o.replay.empty() ? 0 : 1) + (scope ? 1 : 0);
    if (given == 0) throw OptionError("no source: --scope HOST, --watch DIR or --replay DIR (or --resume DIR)");
    if (given > 1) throw OptionError("--scope, --watch and --replay are different sources; a night has one");
    if (!o.watch.empty()) return folder_wish(Kind::watch, "--watch", o.watch);
    if (!o.replay.empty()) return folder_wish(Kind::replay, "--replay", o.replay);
    return {Kind::scope, o.scope.scope.host, ""};
}

// Of a night that ends now, the frames may be gone: what is in its checkpoint needs them no more.
enum class Frames { are_there, may_be_gone };

std::unique_ptr<NightSource> nothing_in(const fs::path& folder) {
    io::Session none;
    none.folder = folder;
    return std::make_unique<ReplaySource>(none);
}

std::unique_ptr<NightSource> replay_of(const fs::path& folder, Frames frames, const StackOptions& options, Talk& talk,
                                       const std::stop_token& stop) {
    StackOptions search = options;
    search.inputs = {folder};
    const FoundSessions found = find_sessions(search, talk, stop);
    if (found.sessions.empty() && frames == Frames::may_be_gone) return nothing_in(folder);
    if (found.sessions.empty()) throw OptionError("--replay " + printable(folder.string()) + ": no light frames in it");
    if (found.sessions.size() > 1)
        throw OptionError("--replay " + printable(folder.string()) + ": " + std::to_string(found.sessions.size()) +
                          " sessions are in it; name one of them");
    return std::make_unique<ReplaySource>(found.sessions.front());
}

MakeSource folder_source(const Wish& wish, Frames frames, const LiveOptions& o, Talk& talk,
                         const std::stop_token& stop) {
    std::error_code error;
    if (frames == Frames::may_be_gone && !fs::is_directory(wish.place, error))
        return [wish](const SourceLinks&) { return nothing_in(wish.place); };
    if (wish.kind == Kind::replay)
        return [=, stack = o.stack, &talk, &stop](const SourceLinks&) {
            return replay_of(wish.place, frames, stack, talk, stop);
        };
    WatchPlan plan;
    plan.watch.folder = wish.place;
    plan.scan.header = header_summary;
    plan.all_folders = o.stack.combine_sessions;
    if (o.quiet_s > 0) plan.quiet = std::chrono::milliseconds(std::llround(1e3 * std::min(o.quiet_s, 1e8)));
    if (o.until == "now") plan.quiet = kNothingNew;
    return [plan](const SourceLinks&) -> std::unique_ptr<NightSource> { return std::make_unique<WatchSource>(plan); };
}

// One call, its words read, whatever it is about.
struct LiveCall {
    const CLI::App& app;
    LiveOptions& o;
    Talk& talk;
    const std::stop_token& stop;
};

BegunRecord begun_now(const LiveCall& call, const Wish& wish, const std::string& target) {
    const auto now = std::chrono::time_point_cast<UtcTime::duration>(std::chrono::system_clock::now());
    return {kProgram, wish.words(), wish.folder, night_settings(call.app), call_settings(call.app),
            target,   iso_utc(now)};
}

int run_one(const LiveCall& call, Night night, const MakeSource& source) {
    NightJobOptions job = job_of(call.app, call.o);
    job.stay_awake = call.o.replay.empty();
    TbbRunner runner(job.stack.threads);
    call.talk.say((night.goes_on ? "the night goes on: " : "the night: ") + printable(night.folder.string()));
    if (!call.o.watch.empty() && call.o.until == "end" && call.o.quiet_s <= 0)
        call.talk.say("  it goes on until Ctrl-C; then live --resume DIR --until now makes the picture");
    const MakeSource with_person = [&](const SourceLinks& links) {
        SourceLinks all = links;
        all.ask = [&](const std::string& question) { return ask_person(question, call.stop); };
        return source(all);
    };
    const fs::path folder = night.folder;
    const bool fresh = !night.goes_on;
    try {
        return run_night(job, std::move(night), with_person, runner, call.talk, call.stop);
    } catch (const Interrupted&) {
        throw;
    } catch (const Error&) {
        if (fresh) forget_untouched(folder);  // a call that could not even begin leaves nothing
        throw;
    }
}

std::optional<fs::path> session_of(const LiveOptions& o) {
    return o.session.empty() ? std::nullopt : std::optional(o.session);
}

int run_folder(const LiveCall& call, const Wish& wish) {
    const BegunRecord begun = begun_now(call, wish, call.o.scope.target.target);
    return run_one(call, open_night(session_of(call.o), nights_folder(), begun),
                   folder_source(wish, Frames::are_there, call.o, call.talk, call.stop));
}

// One target of a plan until its hours are over. Each has a night, and a folder, of its own.
int run_target(const LiveCall& call, const Wish& wish, const TargetPlan& target, device::dwarf::Utc until) {
    const BegunRecord begun = begun_now(call, wish, target.target.name);
    std::optional<fs::path> session = session_of(call.o);
    if (session) *session /= safe_name(target.target.name);
    return run_one(call, open_night(session, nights_folder(), begun), scope_source(call.o.scope, target, until));
}

int joined(int before, int code) {
    const auto gave_a_stack = [](int c) { return c == kDone || c == kSomeInputsFailed; };
    if (before == code) return code;
    return gave_a_stack(before) || gave_a_stack(code) ? kSomeInputsFailed : before;
}

// What ends one target ends only that one.
int guarded_target(const LiveCall& call, const Wish& wish, const TargetPlan& target, device::dwarf::Utc until) {
    try {
        return run_target(call, wish, target, until);
    } catch (const DeviceError& e) {
        call.talk.warn(printable(target.target.name) + ": " + e.what());
        return kDevice;
    } catch (const OptionError& e) {
        call.talk.warn(printable(target.target.name) + ": " + e.what());
        return kUsage;
    }
}

int run_plan(const LiveCall& call, const Wish& wish) {
    if (call.o.scope.no_drive) throw OptionError("--plan drives the scope, --no-drive does not");
    const NightPlan plan = read_night_plan(call.o.scope.plan);
    const device::Site site = plan.site ? *plan.site : call.o.scope.scope.needed_site();
    std::vector<bool> finished(plan.targets.size());
    std::optional<int> code;
    std::string said;
    for (;;) {
        if (call.stop.stop_requested()) throw Interrupted();
        const device::dwarf::Utc now = call.o.scope.scope.utc();
        const PlanHour hour = plan_hour(plan, site, now, finished);
        if (hour.what == PlanHour::What::over) {
            call.talk.say("the plan is over: " + hour.why);
            return code.value_or(kNoUsableFrame);
        }
        if (hour.what == PlanHour::What::wait) {
            if (hour.why != std::exchange(said, hour.why)) call.talk.say("waiting: " + hour.why);
            const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(hour.until - now);
            pause(std::clamp(time, std::chrono::milliseconds(100), std::chrono::milliseconds(10'000)), call.stop);
            continue;
        }
        const int ended = guarded_target(call, wish, plan.targets[hour.target], hour.until);
        code = code ? joined(*code, ended) : ended;
        // One whose hours have ended may be taken again when they come back.
        finished[hour.target] = call.o.scope.scope.utc() < hour.until;
    }
}

int run_scope(const LiveCall& call, const Wish& wish) {
    const LiveScope& o = call.o.scope;
    if (!o.plan.empty()) return run_plan(call, wish);
    std::optional<TargetPlan> target;
    if (!o.no_drive) {
        target = o.target.plan();
        o.scope.needed_site();  // before anything is begun
    }
    const BegunRecord begun = begun_now(call, wish, target ? target->target.name : o.target.target);
    return run_one(call, open_night(session_of(call.o), nights_folder(), begun), scope_source(o, target, {}));
}

// Settings that a journal keeps, in the form in which a report has them.
std::vector<std::pair<std::string, std::vector<std::string>>> recorded_settings(const std::string& json) {
    const std::string text = R"({"schema":1,"version":"","inputs":[],"frames":[],"applied":{},"options":)" + json + "}";
    return parse_report(text, "the night's journal").options;
}

// The words of a night that is gone on with are those it was begun with, but for what is of the call.
int run_resumed(const LiveCall& call) {
    if (!call.o.watch.empty() || !call.o.replay.empty() || !call.o.session.empty())
        throw OptionError("--resume goes on with a night as it was begun: no source or --session beside it");
    Night night = reopen_night(call.o.resume);
    const BegunRecord begun = night.begun;
    LiveOptions o;
    CLI::App app;
    add_live_options(app, o);
    o.stack.method = "stream";
    take_machine(o, call.o);
    const auto is_said = [&](const std::string& key) { return std::ranges::find(o.said, key) != o.said.end(); };
    take_recorded_options(
        app, recorded_settings(begun.options), [](const auto&) { return true; }, "the night's");
    take_recorded_options(
        app, recorded_settings(begun.call), [&](const auto& key) { return !is_said(key); }, "the night's");
    for (const std::string& said : o.said) {
        if (!is_of_the_call(said))
            throw OptionError("--resume goes on with the night as it was begun: --" + said + " cannot be changed now");
        CLI::Option* const option = app.get_option("--" + said);
        for (const std::string& word : call.app.get_option("--" + said)->results()) option->add_result(word);
        option->run_callback();
    }
    if (!o.scope.plan.empty())
        throw OptionError("--resume: this night is one target of the plan " + printable(o.scope.plan.string()) +
                          "; the same call as before, with --plan, goes on with it");
    const LiveCall again{app, o, call.talk, call.stop};
    const std::size_t blank = begun.source.find(' ');
    const std::string kind = begun.source.substr(0, blank), place = begun.source.substr(blank + 1);
    if (kind == "scope") {
        if (call.app.get_option("--scope")->count() == 0) o.scope.scope.host = place;
        std::optional<TargetPlan> target;
        if (!o.scope.no_drive) target = o.scope.target.plan();
        return run_one(again, std::move(night), scope_source(o.scope, target, {}));
    }
    if (kind != "watch" && kind != "replay")
        throw OptionError("the night's source, " + printable(begun.source) + ", is not known to this nightstack");
    const Wish wish{kind == "watch" ? Kind::watch : Kind::replay, place, place};
    const Frames frames = o.until == "now" ? Frames::may_be_gone : Frames::are_there;
    return run_one(again, std::move(night), folder_source(wish, frames, o, call.talk, call.stop));
}

int run(const CLI::App& app, LiveOptions o, const std::stop_token& stop) {
    Talk talk(loudness(o.stack.quiet, o.stack.verbose), o.stack.json);
    o.stack.method = "stream";
    const LiveCall call{app, o, talk, stop};
    if (!o.resume.empty()) return run_resumed(call);
    run_options(o.stack);  // complains about options before anything is begun
    const Wish wish = wish_of(app, o);
    return wish.kind == Kind::scope ? run_scope(call, wish) : run_folder(call, wish);
}

}  // namespace

Command make_live_command(CLI::App& program) {
    const auto o = std::make_shared<LiveOptions>();
    CLI::App* app = program.add_subcommand("live", "stack a night while it is taken");
    add_live_options(*app, *o);
    app->footer(
        "The same call again, or --resume DIR, goes on with a night that was broken off.\n"
        "Exit codes: 0 done; 1 failed; 2 wrong words; 3 no usable frame; 4 some frames could not be read; 5 the "
        "scope;\n"
        "6 disk full; 130, 143 interrupted. docs/live.md\n"
        "A scope: nightstack live --scope 192.168.88.1 --site 48.1,11.6,520 --target \"M 42\" --count 200\n"
        "A folder: nightstack live --watch ~/captures --quiet-end 600");
    return {app, [app, o](const std::stop_token& stop) { return run(*app, *o, stop); },
            [app, o] {
                for (const CLI::Option* option : app->get_options()) {
                    if (!option->get_lnames().empty() && is_said(*option))
                        o->said.push_back(option->get_lnames().front());
                }
            }};
}

}  // namespace nightstack::tools
