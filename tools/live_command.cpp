// SPDX-License-Identifier: MIT
// nightstack live: the picture of a night grows while it is taken.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/failure.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/live_again.h"
#include "tools/live_call.h"
#include "tools/live_decide.h"
#include "tools/live_options.h"
#include "tools/live_plan.h"
#include "tools/live_stream.h"
#include "tools/night/show/night_json.h"
#include "tools/night/source/folder_source.h"
#include "tools/session/input_frame.h"
#include "tools/session/job_options.h"
#include "tools/session/session_search.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

using Kind = LiveWish::Kind;

LiveWish folder_wish(Kind kind, const char* option, const fs::path& folder) {
    std::error_code error;
    const std::string said = std::string(option) + " " + printable(folder.string());
    const fs::path real = fs::canonical(folder, error);
    if (error) throw OptionError(said + ": no such folder");
    if (!fs::is_directory(real, error)) throw OptionError(said + " is a file; name the folder it lies in");
    return {kind, real.string(), real.string()};
}

// Words that would do nothing are a slip, and better told before the night than after it.
void refuse_idle_words(const CLI::App& app, const LiveOptions& o, const LiveWish& wish) {
    const bool followed = wish.kind == Kind::scope && o.scope.no_drive;
    const std::string source = wish.kind == Kind::watch ? "--watch" : "--replay";
    for (const std::string& said : o.said) {
        const std::string group = app.get_option("--" + said)->get_group();
        const bool for_scope = group == "Scope" || (group == "Target" && said != "target");
        if (wish.kind != Kind::scope && for_scope)
            throw OptionError("--" + said + " is for a scope; with " + source + " there is none");
        if (followed && group == "Target" && said != "target")
            throw OptionError("--" + said + " is for a scope that is driven; with --no-drive the app decides");
        if (said == "quiet-end" && wish.kind != Kind::watch) throw OptionError("--quiet-end is for --watch");
    }
}

LiveWish wish_of(const CLI::App& app, const LiveOptions& o) {
    const bool scope = app.get_option("--scope")->count() > 0 || !o.scope.scope.profile.empty();
    const int given = (o.watch.empty() ? 0 : 1) + (o.replay.empty() ? 0 : 1) + (scope ? 1 : 0);
    if (given == 0)
        throw OptionError("no source: --scope HOST, --watch DIR, --replay DIR or --stream URL (or --resume DIR)");
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

MakeSource folder_source(const LiveWish& wish, Frames frames, const LiveOptions& o, Talk& talk,
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
    return [plan](const SourceLinks&) -> std::unique_ptr<NightSource> { return std::make_unique<WatchSource>(plan); };
}

int run_folder(const LiveCall& call, const LiveWish& wish) {
    const BegunRecord begun = begun_now(call, wish, call.o.scope.target.target);
    return run_one(call, open_night(session_of(call.o), nights_folder(), begun, wanted_of(call.o)),
                   folder_source(wish, Frames::are_there, call.o, call.talk, call.stop));
}

int run_scope(const LiveCall& call, const LiveWish& wish) {
    const LiveScope& o = call.o.scope;
    if (!o.plan.empty()) return run_plan(call, wish);
    std::optional<TargetPlan> target;
    if (!o.no_drive) {
        target = o.target.plan();
        o.scope.needed_site();  // before anything is begun
    }
    const BegunRecord begun = begun_now(call, wish, target ? target->target.name : o.target.target);
    return run_one(call, open_night(session_of(call.o), nights_folder(), begun, wanted_of(call.o)),
                   scope_source(o, target, {}));
}

// The words of a night that is gone on with are those it was begun with, but for what is of the call.
int run_resumed(const LiveCall& call) {
    if (!call.o.watch.empty() || !call.o.replay.empty() || !call.o.session.empty())
        throw OptionError("--resume goes on with a night as it was begun: no source or --session beside it");
    if (!call.o.stream.empty()) throw OptionError("--resume goes on with a night of frames; a stream begins a new one");
    Night night = reopen_night(call.o.resume, wanted_of(call.o));
    const BegunRecord begun = night.begun;
    LiveOptions o;
    CLI::App app;
    add_live_options(app, o);
    take_night_words(app, o, begun, call.app, call.o);
    const LiveCall again{app, o, call.talk, call.stop};
    if (night.finished) return run_one(again, std::move(night), {});
    if (!o.scope.plan.empty())
        throw OptionError("--resume: this night is one target of the plan " + printable(o.scope.plan.string()) +
                          "; the same call as before, with --plan, goes on with it");
    const std::size_t blank = begun.source.find(' ');
    const std::string kind = begun.source.substr(0, blank), place = begun.source.substr(blank + 1);
    if (kind == "scope") {
        if (call.app.get_option("--scope")->count() == 0) o.scope.scope.host = place;
        std::optional<TargetPlan> target;
        if (!o.scope.no_drive) target = o.scope.target.plan();
        return run_one(again, std::move(night), scope_source(o.scope, target, {}));
    }
    if (kind == "stream")
        throw OptionError("--resume " + printable(call.o.resume.string()) + ": this was a night of a stream, " +
                          "which cannot be played again: it was broken off before its pictures were written");
    if (kind != "watch" && kind != "replay")
        throw OptionError("the night's source, " + printable(begun.source) + ", is not known to this nightstack");
    const LiveWish wish{kind == "watch" ? Kind::watch : Kind::replay, place, place};
    const Frames frames = o.until == "now" ? Frames::may_be_gone : Frames::are_there;
    return run_one(again, std::move(night), folder_source(wish, frames, o, call.talk, call.stop));
}

int run(const CLI::App& app, LiveOptions o, const LiveDecision& decision, Talk& talk, const std::stop_token& stop) {
    if (decision_called(decision) != nullptr) return run_decision(app, o, decision, talk, stop);
    o.stack.method = "stream";
    const LiveCall call{app, o, talk, stop};
    if (!o.resume.empty()) return run_resumed(call);
    if (!o.stream.empty()) return run_stream(call);
    refuse_stream_words(o);
    job_of(app, o);  // complains about words before anything is begun, as the next does
    run_options(o.stack);
    const LiveWish wish = wish_of(app, o);
    refuse_idle_words(app, o, wish);
    return wish.kind == Kind::scope ? run_scope(call, wish) : run_folder(call, wish);
}

// What ends the call is a line of --json as well; people and exit codes get it as ever.
int told(const CLI::App& app, const LiveOptions& o, const LiveDecision& decision, const std::stop_token& stop) {
    Talk talk(loudness(o.stack.quiet, o.stack.verbose), o.stack.json);
    try {
        return run(app, o, decision, talk, stop);
    } catch (const Interrupted&) {
        throw;  // its words are those of the night
    } catch (const std::exception& e) {
        const Failure failure = failure_of(e);
        talk.event(error_event(failure.text, failure.code));
        throw;
    }
}

}  // namespace

Command make_live_command(CLI::App& program) {
    const auto o = std::make_shared<LiveOptions>();
    const auto decision = std::make_shared<LiveDecision>();
    CLI::App* app = program.add_subcommand("live", "stack a night while it is taken");
    add_live_options(*app, *o);
    add_live_decisions(*app, *decision);
    app->footer(
        "The same call again, or --resume DIR, goes on with a night that was broken off.\n"
        "Every option is also a variable (--quiet-end: NIGHTSTACK_QUIET_END) and a line of the table [live] in the "
        "settings\nfile (docs/settings.md).\n"
        "Exit codes: 0 done; 1 failed; 2 wrong words; 3 no usable frame; 4 some frames could not be read; 5 the "
        "scope;\n"
        "6 disk full; 129, 130, 143 interrupted. docs/live.md\n"
        "A scope: nightstack live --scope 192.168.88.1 --site 48.1,11.6,520 --target \"M 42\" --count 200\n"
        "A folder: nightstack live --watch ~/captures --quiet-end 600\n"
        "Video: nightstack live --stream http://192.168.1.20:8080/video --until seconds=600\n"
        "A stream cannot be played again: Ctrl-C ends its night with the picture of what is there.");
    return {app, [app, o, decision](const std::stop_token& stop) { return told(*app, *o, *decision, stop); },
            [app, o] {
                for (const CLI::Option* option : app->get_options()) {
                    if (!option->get_lnames().empty() && is_said(*option))
                        o->said.push_back(option->get_lnames().front());
                }
            }};
}

}  // namespace nightstack::tools
