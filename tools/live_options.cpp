// SPDX-License-Identifier: MIT
#include "tools/live_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <memory>
#include <string_view>

#include "device/targets/find_target.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/option_text.h"
#include "tools/live_stream.h"
#include "tools/night/show/night_access.h"
#include "tools/recorded_options.h"
#include "tools/session/job_options.h"
#include "tools/session/report.h"
#include "tools/stack_arguments.h"

namespace nightstack::tools {
namespace {

template <class Number>
Number number_in(const std::string& text, const char* what) {
    const auto value = number_of<Number>(text);
    if (!value || *value <= 0)
        throw OptionError(std::string("--until: ") + what + "=" + printable(text) + ": a number above 0 expected");
    return *value;
}

void take_until(NightJobOptions& job, const std::string& until) {
    if (until == "end") return;
    job.until_now = until == "now";
    if (job.until_now) return;
    const std::size_t sign = until.find('=');
    const std::string what = until.substr(0, sign), value = sign == std::string::npos ? "" : until.substr(sign + 1);
    if (what == "frames") {
        job.until_frames = number_in<std::uint64_t>(value, "frames");
    } else if (what == "seconds") {
        job.until_s = std::chrono::milliseconds(std::llround(1e3 * std::min(1e8, number_in<double>(value, "seconds"))));
    } else {
        throw OptionError("--until " + printable(until) + ": frames=N, seconds=S, now or end expected");
    }
}

// Others than this machine have to bring a token, which the user is told once.
NightServerOptions server_of(const std::string& http) {
    const ListenAddress at = listen_address(http);
    NightServerOptions server;
    server.address = at.address;
    server.port = at.port;
    if (!is_loopback(at.address)) server.token = make_token();
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

// The night may go on in another working folder.
std::string absolute(const std::string& path) {
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(path, error);
    return path.empty() || error ? path : whole.lexically_normal().string();
}

// The settings in force, with files by names that hold everywhere. A frame may be meant by its name alone.
std::vector<Setting> lasting_settings(const CLI::App& app) {
    static const char* const kFiles[] = {"darks", "flats", "biases", "plan", "sftp-key", "sftp-password-file"};
    static const char* const kFrames[] = {"include", "exclude"};
    std::vector<Setting> settings = settings_in_force(app);
    for (Setting& s : settings) {
        const bool frames = std::ranges::find(kFrames, s.name) != std::end(kFrames);
        if (!frames && std::ranges::find(kFiles, s.name) == std::end(kFiles)) continue;
        const auto lasting = [&](std::string& word) {
            if (!frames || word.find('/') != std::string::npos) word = absolute(word);
        };
        if (auto* const one = std::get_if<std::string>(&s.value)) lasting(*one);
        if (auto* const all = std::get_if<std::vector<std::string>>(&s.value)) std::ranges::for_each(*all, lasting);
    }
    return settings;
}

// As `stack --method stream` would tell them.
std::vector<Setting> stack_settings(const CLI::App& app, const StackOptions& stack) {
    std::vector<Setting> settings = as_stack_settings(lasting_settings(app));
    for (Setting& s : settings) {
        if (s.name == "rejection") s.value = rejection_words(stack);
    }
    return settings;
}

// Machine, talk, and which night it is.
bool is_of_this_call_alone(const std::string& key) {
    // Those of streams as well: a night of frames has no use for them, and one of a stream does not go on.
    static const char* const kAlone[] = {"watch",  "replay", "scope",   "resume", "session",
                                         "json",   "quiet",  "verbose", "config", "threads",
                                         "memory", "stream", "group",   "lucky",  "lost-after"};
    return std::ranges::any_of(kAlone, [&](const char* other) { return key == other; });
}

// Of a help of a hundred lines the names of environment variables are the half: they stand in the footer, as a rule.
class ShortHelp final : public CLI::Formatter {
public:
    std::string make_option_name(const CLI::Option* option, bool positional) const override {
        std::string words = CLI::Formatter::make_option_name(option, positional);
        constexpr std::string_view off = "{false}";  // behind --no-...
        if (const std::size_t at = words.find(off); at != std::string::npos) words.erase(at, off.size());
        return words;
    }
    std::string make_option_opts(const CLI::Option* option) const override {
        std::string words = CLI::Formatter::make_option_opts(option);
        const std::size_t begin = words.find(" (Env:");
        const std::size_t end = begin == std::string::npos ? begin : words.find(')', begin);
        if (end != std::string::npos) words.erase(begin, end + 1 - begin);
        return words;
    }
};

// Words that are otherwise in a night than in a call of `stack`.
void say_as_live(CLI::App& c) {
    const auto say = [&](const char* option, const char* text) { c.get_option(option)->description(text); };
    say("--combine-sessions", "frames of all folders below are one night, not those of the first alone");
    say("--align",
        "frames are laid by their stars, or by whatever else they show (scene: Moon, Sun, landscape); auto: by "
        "stars where the first frame has enough of them: stars|scene|auto");
    say("--clip-depth", "how many outliers at either end of a pixel's samples are found in 64 frames, 2 to 32");
    say("--finish", "at the end read the frames once more and decide flagged pixels by all their samples");
    say("--plan", "several targets in a night, with times and altitudes: docs/night-scope.md");
    say("--target", "what the scope is to take, as for scope goto; with other sources what the night is called");
}

}  // namespace

void add_live_options(CLI::App& c, LiveOptions& o) {
    c.add_option("--watch", o.watch, "frames in and below this folder, and those that come, from any camera")
        ->type_name("DIR")
        ->group("Source");
    c.add_option("--replay", o.replay, "frames that lie in this folder, in their order")
        ->type_name("DIR")
        ->group("Source");
    add_live_stream_flags(c, o);
    c.add_option("--resume", o.resume, "go on with the night in this folder, as it was begun")
        ->type_name("DIR")
        ->group("Night");
    c.add_option("--session", o.session, "the night's folder; default: ~/nightstack/<date>-<target>")
        ->type_name("DIR")
        ->group("Night");
    c.add_option("--until", o.until,
                 "when it ends: frames=N, seconds=S, end: when the source ends, now: with what is there")
        ->type_name("WHEN")
        ->capture_default_str()
        ->group("Night");
    c.add_option("--quiet-end", o.quiet_s,
                 "with --watch: it ends when nothing came for so long; 0: never, by Ctrl-C alone")
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
    c.add_flag("--best", o.best,
               "at the end also stack all its frames anew at best quality, as stack does; beside the pictures")
        ->group("Night");
    c.add_flag("--no-solve", o.no_solve, "do not look for the field among the stars")->group("Night");
    c.add_flag("--no-html", o.no_html, "no page about the night beside its pictures")->group("Night");
    c.add_option("--http", o.http, "show the night in a browser, as 127.0.0.1:8080; port 0: any that is free")
        ->type_name("ADDRESS:PORT")
        ->group("Talk");
    c.add_flag("--no-browser", o.no_browser, "with --http: do not open one")->group("Talk");
    add_live_scope_flags(c, o.scope);
    add_stack_options(c, o.stack);
    name_group_flags(c);
    // What a night has no use for: it takes lights one by one, and its results lie in its folder.
    for (const char* other : {"PATH", "--reference", "--drizzle-kernel", "--pixfrac", "--distortion", "--combine",
                              "--grow", "--method", "--grid", "--background", "--background-degree", "--out",
                              "--output", "--state", "--force", "--html", "--solve", "--solve-timeout"})
        c.remove_option(c.get_option(other));
    say_as_live(c);
    c.get_option("--scope")->group("Source");
    c.formatter(std::make_shared<ShortHelp>());
}

NightJobOptions job_of(const CLI::App& app, const LiveOptions& o) {
    NightJobOptions job;
    take_until(job, o.until);
    if (o.best && o.stack.align == "scene")
        throw OptionError("--best lays all frames by their stars: it does not go with --align scene");
    if (o.best) job.best = o.scope.plan.empty() ? BestStackWish::now : BestStackWish::later;
    job.checkpoint_after = std::chrono::seconds(o.checkpoint_s);
    if (!o.http.empty()) job.http = server_of(o.http);
    job.show = show_of(o);
    job.html = !o.no_html;
    job.stack = o.stack;
    job.settings = stack_settings(app, job.stack);
    return job;
}

// What a call may say otherwise the next time, and is the same night all the same.
bool is_of_the_call(const std::string& key) {
    static const char* const kCall[] = {
        "until", "quiet-end",   "checkpoint", "snr",     "http",      "no-browser", "wait",
        "time",  "trust-clock", "stop-scope", "ports",   "zone",      "profile",    "protocol",
        "root",  "reserve",     "legacy-ssh", "no-html", "sftp-user", "sftp-key",   "sftp-password-file",
        "best"};
    return is_of_this_call_alone(key) || std::ranges::any_of(kCall, [&](const char* other) { return key == other; });
}

void take_machine(LiveOptions& to, const LiveOptions& from) {
    to.resume = from.resume;
    to.said = from.said;
    to.stack.json = from.stack.json;
    to.stack.quiet = from.stack.quiet;
    to.stack.verbose = from.stack.verbose;
    to.stack.threads = from.stack.threads;
    to.stack.memory = from.stack.memory;
}

std::string night_settings(const CLI::App& app) {
    std::vector<Setting> settings = lasting_settings(app);
    std::erase_if(settings, [](const Setting& s) { return is_of_the_call(s.name); });
    return options_text(settings);
}

std::string call_settings(const CLI::App& app) {
    std::vector<Setting> settings = lasting_settings(app);
    std::erase_if(settings, [](const Setting& s) { return !is_of_the_call(s.name) || is_of_this_call_alone(s.name); });
    return options_text(settings);
}

}  // namespace nightstack::tools
