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
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
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
    std::string target, until = "end";
    double quiet_s = 0;
    std::string http;
    bool no_browser = false, no_solve = false;
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
    c.add_option("--target", o.target, "what the night is of")->type_name("NAME")->group("Night");
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
    c.add_option("--http", o.http, "show the night in a browser, as 127.0.0.1:8080; port 0: any that is free")
        ->type_name("ADDRESS:PORT")
        ->group("Talk");
    c.add_flag("--no-browser", o.no_browser, "with --http: open none (none is opened yet)")->group("Talk");
    add_stack_options(c, o.stack);
    // What a night has no use for: it takes lights one by one, and its results lie in its folder.
    for (const char* other :
         {"PATH", "--reference", "--drizzle-kernel", "--pixfrac", "--distortion", "--combine", "--grow", "--method",
          "--group", "--lucky", "--grid", "--background", "--background-degree", "--out", "--output", "--state",
          "--force", "--solve", "--solve-timeout"})
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
    if (o.target.empty()) return show;
    try {
        const device::Target target = device::find_target(o.target);
        if (const auto* place = std::get_if<device::Equatorial>(&target.place)) {
            show.told = SkyPoint{place->ra_deg, place->dec_deg};
            show.told_name = target.name;
        }
    } catch (const OptionError&) {
        // A name of the user's own, for the folder; frames may tell where they look.
    }
    return show;
}

enum class Kind { watch, replay };
struct Wish {
    Kind kind = Kind::watch;
    fs::path folder;
};

Wish wish_of(const LiveOptions& o) {
    const int given = (o.watch.empty() ? 0 : 1) + (o.replay.empty() ? 0 : 1);
    if (given == 0) throw OptionError("no source: --watch DIR or --replay DIR (or --resume DIR)");
    if (given > 1) throw OptionError("--watch and --replay are two sources; a night has one");
    const fs::path folder = o.watch.empty() ? o.replay : o.watch;
    std::error_code error;
    const fs::path real = fs::canonical(folder, error);
    if (error || !fs::is_directory(real, error))
        throw OptionError((o.watch.empty() ? "--replay " : "--watch ") + printable(folder.string()) +
                          ": no such folder");
    return {o.watch.empty() ? Kind::replay : Kind::watch, real};
}

std::string word(Kind kind) { return kind == Kind::watch ? "watch" : "replay"; }

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

MakeSource source_maker(const Wish& wish, const LiveOptions& o, const StackOptions& stack, Talk& talk,
                        const std::stop_token& stop) {
    if (wish.kind == Kind::replay)
        return [=, &stack, &talk, &stop](const Night&) { return replay_of(wish.folder, stack, talk, stop); };
    WatchPlan plan;
    plan.watch.folder = wish.folder;
    plan.scan.header = header_summary;
    plan.all_folders = stack.combine_sessions;
    if (o.quiet_s > 0) plan.quiet = std::chrono::milliseconds(std::llround(1e3 * o.quiet_s));
    return [plan](const Night&) -> std::unique_ptr<NightSource> { return std::make_unique<WatchSource>(plan); };
}

bool is_of_machine(const std::string& key) {
    static const char* const kMachine[] = {"json", "quiet", "verbose", "config", "threads", "memory"};
    return std::ranges::any_of(kMachine, [&](const char* other) { return key == other; });
}

// The settings of a night that is gone on with are those it was begun with.
StackOptions recorded_options(const BegunRecord& begun, const StackOptions& now) {
    const std::string report =
        R"({"schema":1,"version":"","inputs":[],"frames":[],"applied":{},"options":)" + begun.options + "}";
    const RecordedStack stack = parse_report(report, "the night's journal");
    StackOptions options = recorded_stack_options(
        stack.options, [](const std::string& key) { return !is_of_machine(key); }, "the night's");
    options.memory = now.memory;
    options.threads = now.threads;
    options.json = now.json;
    options.quiet = now.quiet;
    options.verbose = now.verbose;
    return options;
}

std::pair<Kind, fs::path> recorded_source(const std::string& source) {
    const std::size_t blank = source.find(' ');
    const std::string kind = source.substr(0, blank);
    if (blank == std::string::npos || (kind != "watch" && kind != "replay"))
        throw OptionError("the night's source, " + printable(source) + ", is not known to this nightstack");
    return {kind == "watch" ? Kind::watch : Kind::replay, source.substr(blank + 1)};
}

// As `stack --method stream` would tell them.
std::vector<Setting> stack_settings(const CLI::App& app, const StackOptions& stack) {
    std::vector<Setting> settings = as_stack_settings(settings_in_force(app));
    for (Setting& s : settings) {
        if (s.name == "rejection") s.value = rejection_words(stack);
    }
    return settings;
}

int run(const CLI::App& app, LiveOptions o, const std::stop_token& stop) {
    Talk talk(loudness(o.stack.quiet, o.stack.verbose), o.stack.json);
    o.stack.method = "stream";
    NightJobOptions job;
    take_until(job, o.until);
    job.checkpoint_after = std::chrono::seconds(o.checkpoint_s);
    if (!o.http.empty()) job.http = server_of(o.http);
    job.show = show_of(o);
    job.stack = o.stack;
    job.settings = stack_settings(app, job.stack);
    Wish wish;
    Night night;
    if (!o.resume.empty()) {
        if (!o.watch.empty() || !o.replay.empty() || !o.session.empty())
            throw OptionError("--resume goes on with a night as it was begun: no source or --session beside it");
        night = reopen_night(o.resume);
        const BegunRecord& begun = night.begun;
        job.stack = recorded_options(begun, o.stack);
        std::tie(wish.kind, wish.folder) = recorded_source(begun.source);
        if (o.target.empty()) {
            o.target = begun.target;
            job.show = show_of(o);
        }
    } else {
        run_options(job.stack);  // complains about options before anything is begun
        wish = wish_of(o);
        const BegunRecord call{
            kProgram,
            word(wish.kind) + " " + wish.folder.string(),
            wish.folder.string(),
            options_text(job.settings),
            o.target,
            iso_utc(std::chrono::time_point_cast<UtcTime::duration>(std::chrono::system_clock::now()))};
        night = open_night(o.session.empty() ? std::nullopt : std::optional(o.session), nights_folder(), call);
    }
    TbbRunner runner(job.stack.threads);
    talk.say((night.goes_on ? "the night goes on: " : "the night: ") + printable(night.folder.string()));
    return run_night(job, std::move(night), source_maker(wish, o, job.stack, talk, stop), runner, talk, stop);
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
