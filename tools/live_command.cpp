// SPDX-License-Identifier: MIT
// nightstack live: the picture of a night grows while it is taken.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "device/targets/find_target.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/question.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/live_scope.h"
#include "tools/night/job/night_job.h"
#include "tools/night/show/night_access.h"
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

struct LiveOptions {
    StackOptions stack;
    fs::path watch, replay, resume, session;
    LiveScope scope;
    std::string until = "end";
    double quiet_s = 0;
    std::string http;
    bool no_browser = false, no_solve = false, no_html = false;
    double snr = 0;
    int checkpoint_s = 900;
};

void add_live_options(CLI::App& c, LiveOptions& o) {
    c.add_option("--watch", o.watch, "frames as they appear in and below this folder, from any camera")
        ->type_name("DIR")
        ->group("Source");
    c.add_option("--replay", o.replay, "frames that lie in this folder, in their order")
        ->type_name("DIR")
        ->group("Source");
    c.add_option("--resume", o.resume, "go on with the night in this folder, as it was begun")
        ->type_name("DIR")
        ->group("Night");
    c.add_option("--session", o.session, "the night's folder; default: ~/nightstack/<date>-<target>")
        ->type_name("DIR")
        ->group("Night");
    c.add_option("--until", o.until, "when it ends: frames=N, seconds=S, or end: when the source ends")
        ->type_name("WHEN")
        ->capture_default_str()
        ->group("Night");
    c.add_option("--quiet-end", o.quiet_s, "with --watch: the source has ended when nothing came for so long; 0: never")
        ->check(CLI::NonNegativeNumber)
        ->type_name("SECONDS")
        ->group("Night");
    c.add_option("--checkpoint", o.checkpoint_s, "a checkpoint at the latest after so long; one is due every 64 frames")
        ->check(CLI::Range(0, 86'400))
        ->type_name("SECONDS")
        ->capture_default_str()
        ->group("Night");
    c.add_option("--snr", o.snr, "tell how long until what stands out is so many times the noise")
        ->check(CLI::PositiveNumber)
        ->type_name("SNR")
        ->group("Night");
    c.add_flag("--no-solve", o.no_solve, "do not look for the field among the stars")->group("Night");
    c.add_flag("--no-html", o.no_html, "no page about the night beside its pictures")->group("Night");
    c.add_option("--http", o.http, "show the night in a browser, as 127.0.0.1:8080; port 0: any that is free")
        ->type_name("ADDRESS:PORT")
        ->group("Talk");
    c.add_flag("--no-browser", o.no_browser, "with --http: open none (none is opened yet)")->group("Talk");
    add_live_scope_flags(c, o.scope);
    add_stack_options(c, o.stack);
    // What a night has no use for: it takes lights one by one, and its results lie in its folder.
    for (const char* other :
         {"PATH",     "--reference", "--drizzle-kernel", "--pixfrac", "--distortion", "--combine",           "--grow",
          "--method", "--group",     "--lucky",          "--grid",    "--background", "--background-degree", "--out",
          "--output", "--state",     "--force",          "--html",    "--solve",      "--solve-timeout"})
        c.remove_option(c.get_option(other));
}

template <class Number>
Number number_in(const std::string& text, const char* what) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc() || read.ptr != end || value <= 0)
        throw OptionError(std::string("--until: ") + what + "=" + printable(text) + ": a number above 0 expected");
    return value;
}

void take_until(NightJobOptions& job, const std::string& until) {
    if (until == "end") return;
    const std::size_t sign = until.find('=');
    const std::string what = until.substr(0, sign), value = sign == std::string::npos ? "" : until.substr(sign + 1);
    if (what == "frames") {
        job.until_frames = number_in<std::uint64_t>(value, "frames");
    } else if (what == "seconds") {
        job.until_s = std::chrono::milliseconds(std::llround(1e3 * std::min(1e8, number_in<double>(value, "seconds"))));
    } else {
        throw OptionError("--until " + printable(until) + ": frames=N, seconds=S or end expected");
    }
}

// Others than this machine have to bring a token, which the user is told once.
NightServerOptions server_of(const std::string& http) {
    const std::size_t colon = http.rfind(':');
    std::string address = http.substr(0, colon);
    std::uint16_t port = 0;
    const std::string digits = colon == std::string::npos ? "" : http.substr(colon + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty() || read.ec != std::errc() || read.ptr != digits.data() + digits.size())
        throw OptionError("--http " + printable(http) + ": an address and a port expected, as 127.0.0.1:8080");
    if (address.size() > 1 && address.front() == '[' && address.back() == ']')
        address = address.substr(1, address.size() - 2);
    NightServerOptions server;
    server.address = address;
    server.port = port;
    const bool here = address == "127.0.0.1" || address == "::1" || address == "localhost";
    if (!here) server.token = make_token();
    return server;
}

NightShowOptions show_of(const LiveOptions& o) {
    NightShowOptions show;
    if (o.snr > 0) show.wanted_snr = o.snr;
    show.solve = !o.no_solve;
    if (o.scope.target.target.empty()) return show;
    try {
        const device::Target target = device::find_target(o.scope.target.target);
        if (const auto* place = std::get_if<device::Equatorial>(&target.place)) {
            show.told = SkyPoint{place->ra_deg, place->dec_deg};
            show.told_name = target.name;
        }
    } catch (const OptionError&) {
        // A name of the user's own, for the folder; frames may tell where they look.
    }
    return show;
}

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

std::unique_ptr<NightSource> replay_of(const fs::path& folder, const StackOptions& options, Talk& talk,
                                       const std::stop_token& stop) {
    StackOptions search = options;
    search.inputs = {folder};
    const FoundSessions found = find_sessions(search, talk, stop);
    if (found.sessions.empty()) throw OptionError("--replay " + printable(folder.string()) + ": no light frames in it");
    if (found.sessions.size() > 1)
        throw OptionError("--replay " + printable(folder.string()) + ": " + std::to_string(found.sessions.size()) +
                          " sessions are in it; name one of them");
    return std::make_unique<ReplaySource>(found.sessions.front());
}

MakeSource folder_source(const Wish& wish, const LiveOptions& o, Talk& talk, const std::stop_token& stop) {
    if (wish.kind == Kind::replay)
        return
            [=, stack = o.stack, &talk, &stop](const SourceLinks&) { return replay_of(wish.place, stack, talk, stop); };
    WatchPlan plan;
    plan.watch.folder = wish.place;
    plan.scan.header = header_summary;
    plan.all_folders = o.stack.combine_sessions;
    if (o.quiet_s > 0) plan.quiet = std::chrono::milliseconds(std::llround(1e3 * o.quiet_s));
    return [plan](const SourceLinks&) -> std::unique_ptr<NightSource> { return std::make_unique<WatchSource>(plan); };
}

// What a call may say otherwise the next time, and is the same night all the same.
bool is_of_the_call(const std::string& key) {
    static const char* const kCall[] = {"watch",      "replay",      "resume",    "session", "until",      "quiet-end",
                                        "checkpoint", "snr",         "http",      "scope",   "no-browser", "wait",
                                        "time",       "trust-clock", "json",      "quiet",   "verbose",    "config",
                                        "threads",    "memory",      "stop-scope"};
    return std::ranges::any_of(kCall, [&](const char* other) { return key == other; });
}

std::string night_settings(const CLI::App& app) {
    std::vector<Setting> settings = settings_in_force(app);
    std::erase_if(settings, [](const Setting& s) { return is_of_the_call(s.name); });
    return options_text(settings);
}

// As `stack --method stream` would tell them.
std::vector<Setting> stack_settings(const CLI::App& app, const StackOptions& stack) {
    std::vector<Setting> settings = as_stack_settings(settings_in_force(app));
    for (Setting& s : settings) {
        if (s.name == "rejection") s.value = rejection_words(stack);
    }
    return settings;
}

// One call, its words read, whatever it is about.
struct LiveCall {
    const CLI::App& app;
    LiveOptions& o;
    Talk& talk;
    const std::stop_token& stop;
};

NightJobOptions job_of(const LiveCall& call) {
    NightJobOptions job;
    take_until(job, call.o.until);
    job.checkpoint_after = std::chrono::seconds(call.o.checkpoint_s);
    if (!call.o.http.empty()) job.http = server_of(call.o.http);
    job.show = show_of(call.o);
    job.html = !call.o.no_html;
    job.stack = call.o.stack;
    job.settings = stack_settings(call.app, job.stack);
    return job;
}

BegunRecord begun_now(const LiveCall& call, const Wish& wish, const std::string& target) {
    const auto now = std::chrono::time_point_cast<UtcTime::duration>(std::chrono::system_clock::now());
    return {kProgram, wish.words(), wish.folder, night_settings(call.app), target, iso_utc(now)};
}

int run_one(const LiveCall& call, Night night, const MakeSource& source) {
    const NightJobOptions job = job_of(call);
    TbbRunner runner(job.stack.threads);
    call.talk.say((night.goes_on ? "the night goes on: " : "the night: ") + printable(night.folder.string()));
    const MakeSource with_person = [&](const SourceLinks& links) {
        SourceLinks all = links;
        all.ask = [&](const std::string& question) { return ask_person(question, call.stop); };
        return source(all);
    };
    return run_night(job, std::move(night), with_person, runner, call.talk, call.stop);
}

std::optional<fs::path> session_of(const LiveOptions& o) {
    return o.session.empty() ? std::nullopt : std::optional(o.session);
}

int run_folder(const LiveCall& call, const Wish& wish) {
    const BegunRecord begun = begun_now(call, wish, call.o.scope.target.target);
    return run_one(call, open_night(session_of(call.o), nights_folder(), begun),
                   folder_source(wish, call.o, call.talk, call.stop));
}

int run_scope(const LiveCall& call, const Wish& wish) {
    const LiveScope& o = call.o.scope;
    if (!o.plan.empty()) throw OptionError("--plan: not with this nightstack yet");
    std::optional<TargetPlan> target;
    if (!o.no_drive) target = o.target.plan();
    const BegunRecord begun = begun_now(call, wish, target ? target->target.name : o.target.target);
    return run_one(call, open_night(session_of(call.o), nights_folder(), begun), scope_source(o, target, {}));
}

// The words of a night that is gone on with are those it was begun with, but for what is of the call.
int run_resumed(const LiveCall& call) {
    if (!call.o.watch.empty() || !call.o.replay.empty() || !call.o.session.empty())
        throw OptionError("--resume goes on with a night as it was begun: no source or --session beside it");
    Night night = reopen_night(call.o.resume);
    const BegunRecord begun = night.begun;
    const std::string text =
        R"({"schema":1,"version":"","inputs":[],"frames":[],"applied":{},"options":)" + begun.options + "}";
    const RecordedStack recorded = parse_report(text, "the night's journal");
    LiveOptions o = call.o;
    CLI::App app;
    add_live_options(app, o);
    o.stack.method = "stream";
    take_recorded_options(
        app, recorded.options, [](const std::string& key) { return !is_of_the_call(key); }, "the night's");
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
    return run_one(again, std::move(night), folder_source(wish, o, call.talk, call.stop));
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
        "Exit codes: 0 done; 3 no usable frame; 4 some frames could not be read; 6 disk full; 130 interrupted.\n"
        "Example: nightstack live --watch ~/captures --target M42");
    return {app, [app, o](const std::stop_token& stop) { return run(*app, *o, stop); }};
}

}  // namespace nightstack::tools
