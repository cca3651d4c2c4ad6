// SPDX-License-Identifier: MIT
#include "tools/session/stack_job.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "io/files/file.h"
#include "io/files/leftovers.h"
#include "pipeline/core/counted.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/offline_run.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/live/live_state.h"
#include "tools/session/applied_text.h"
#include "tools/session/film_job.h"
#include "tools/session/finishing.h"
#include "tools/session/job_options.h"
#include "tools/session/job_talk.h"
#include "tools/session/keep_state.h"
#include "tools/session/machine.h"
#include "tools/session/open_session.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/report.h"
#include "tools/session/results_place.h"
#include "tools/session/run_figures.h"
#include "tools/session/scratch.h"
#include "tools/session/session_lights.h"
#include "tools/session/session_search.h"
#include "tools/session/stack_facts.h"
#include "tools/session/stream_memory_talk.h"
#include "tools/session/summary_text.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using Clock = std::chrono::steady_clock;

// Numbers of pictures made for the eye are no measure of light; the user should not find out later.
void note_pictures(const SessionLights& lights, SessionMasters& masters, Talk& talk) {
    const auto n = std::count_if(lights.frames.begin(), lights.frames.end(),
                                 [](const InputFrame& f) { return !f.settled && f.file->display_referred(); });
    if (n == 0) return;
    masters.warnings.push_back(std::to_string(n) + " of the lights are pictures made for the eye (8 bits or colour): " +
                               "their values, and those of the stack, are not linear");
    talk.say("  " + masters.warnings.back());
}

RunFigures figures_of(const StackContext& c, Clock::time_point begin, const PhaseTimes& phases) {
    RunFigures figures = run_figures(begin, c.runner);
    figures.memory_mb = static_cast<double>(c.memory) / (1 << 20);
    figures.phases = phases.times();
    return figures;
}

// The settings with the limits of a rejection spelled out that were left to us.
std::vector<Setting> settings_in_full(const StackContext& c) {
    std::vector<Setting> settings = c.settings;
    for (Setting& s : settings) {
        if (s.name == "rejection") s.value = rejection_words(c.options);
    }
    return settings;
}

StackReport report_of(const StackContext& c, const SessionLights& lights, const SessionMasters& masters,
                      const StackSummary& summary, const std::vector<io::Ignored>& problems) {
    StackReport report;
    report.version = kProgram;
    report.settings = settings_in_full(c);
    report.problems = problems;
    report.lights = lights.frames;
    report.masters = &masters;
    report.summary = &summary;
    return report;
}

// Where we are about to write, and before: what runs that were killed have left may be large.
void tidy(const std::filesystem::path& folder, Talk& talk) {
    const std::size_t n = io::remove_leftovers(folder);
    if (n == 0) return;
    talk.say("  removed " + counted(n, "unfinished file", "unfinished files") + " of a run that was killed");
}

// Without a usable frame there is a report all the same: it tells why.
int end_without_stack(const StackContext& c, const io::Session& session, const SessionLights& lights,
                      const StackReport& report) {
    const StackSummary& summary = *report.summary;
    const StackFacts facts = facts_of(lights.frames, summary);
    const ProductPaths paths = product_paths(c.options, session, facts, 0);
    const MadeFolder folder(paths.folder());
    tidy(paths.folder(), c.talk);
    write_report(paths, c.overwrite(), report_json(report), page_words(facts));
    c.talk.warn("session " + io::printable(session.name) + ": no usable frame (" + std::to_string(summary.rejected) +
                " rejected, " + std::to_string(summary.failed) +
                " failed); the report: " + io::printable(paths.json().string()));
    tell_done(c.talk, paths, Written::report, summary, report.problems.size());
    return kNoUsableFrame;
}

// `told`: its files stand on standard output in the end.
SessionStack stack_session(const StackContext& c, const io::Session& session, std::vector<io::Ignored> problems,
                           bool told = true) {
    const Clock::time_point begin = Clock::now();
    PhaseTimes phases;
    tell_session(c.talk, session);
    OpenSession open = open_session(c, session, Hashed::yes, phases);
    note_pictures(open.lights, *open.masters, c.talk);
    const auto& [lights, masters, run, input, grid, tiles_bytes] = open;
    ProductFormats formats = product_formats(c.options);
    formats.gathered_bytes = tiles_bytes;

    std::optional<MadeFolder> folder;  // before the writer, which removes what it has written
    std::unique_ptr<StackWriter> writer;
    ProductPaths paths;
    StackSink sink;
    sink.begin = [&](const StackSummary& s) {
        writer.reset();  // a run that starts anew has another number of frames in its name
        paths = product_paths(c.options, session, facts_of(open.lights.frames, s), s.stacked);
        folder.emplace(paths.folder());
        tidy(paths.folder(), c.talk);
        writer = std::make_unique<StackWriter>(paths, c.overwrite(), formats, c.runner, c.stop);
        writer->begin(s);
    };
    sink.tile = [&](const StackTile& tile) { writer->put(tile); };
    int kept_code = kDone;
    if (!c.options.state.empty()) {
        open.run.stream->keep = [&](const LiveRun& live, const LiveCanvas& canvas, const StackSummary& s) {
            kept_code = keep_state(c, open, live, canvas, s, problems);
        };
    }
    tell_stream_memory(c.talk, input, c.options, run);
    const StackSummary summary = run_lights(input, run, sink, c.runner, timed(show_progress(c.talk), phases), c.stop);
    phases.begin("finishing");
    if (kept_code != kDone) c.talk.warn(problems.back().text);
    if (writer) writer->end_tiles();
    tell_frames(c.talk, lights, summary);
    take_hashes(open.lights.frames, c.runner);
    StackReport report = report_of(c, lights, *masters, summary, problems);
    if (!summary.reference) {
        report.run = figures_of(c, begin, phases);
        return {end_without_stack(c, session, lights, report), {}};
    }
    if (summary.finish) tell_finish(c.talk, summary, phases, c.runner.threads());
    const StackFacts facts = facts_of(lights.frames, summary);
    const Finishing finishing =
        finish_stack(*writer, summary, facts, lights, grid ? &*grid : nullptr, c.options,
                     c.memory - std::min(c.memory, held_bytes() + kProgramReserve), c.runner, c.talk, c.stop);
    if (grid) report.reference = io::printable(grid->reference.file);
    report.more = finishing.report;
    report.noise = writer->noise();
    report.scale = writer->scale();
    report.livetime_s = facts.livetime_s;
    io::FitsCards cards = stack_cards(facts, summary, calstat(*masters, summary), history(run, summary, *masters),
                                      c.options.bits == 16 ? report.scale : std::nullopt);
    const auto last_words = [&] {
        report.run = figures_of(c, begin, phases);
        return report_json(report);
    };
    writer->finish(cards.add(finishing.cards), last_words, page_words(facts));
    c.talk.detail("time: " + phases_text(report.run.phases));
    c.talk.say(summary_text(report, run));
    if (told)
        tell_done(c.talk, paths, c.options.png == "none" ? Written::stack : Written::stack_and_png, summary,
                  problems.size());
    if (kept_code != kDone) return {kept_code, paths.fits};
    const bool unread = summary.finish && !summary.finish->unread.empty();
    return {summary.failed > 0 || masters->failed > 0 || unread ? kSomeInputsFailed : kDone, paths.fits};
}

// A mistyped name leaves nothing that the next call, with the right one, would run into.
bool any_input_exists(const StackContext& c) {
    return std::ranges::any_of(c.options.inputs, [](const std::filesystem::path& path) {
        std::error_code error;
        return std::filesystem::exists(path, error) || error;
    });
}

// No light at all: nothing lies beside the input but what the user has named a place for.
int end_without_session(const StackContext& c, const FoundSessions& found) {
    const Clock::time_point begin = Clock::now();
    c.talk.warn("no light frames found in the given paths; --verbose lists what was ignored and why");
    const StackSummary summary;
    const SessionLights lights;
    const SessionMasters masters;
    io::Session session;
    session.given = c.options.inputs.front();
    session.name = std::filesystem::absolute(session.given).lexically_normal().filename().string();
    ProductPaths paths;
    Written written = Written::nothing;
    if (any_input_exists(c) && (!c.options.output.empty() || !c.options.out.empty())) {
        paths = product_paths(c.options, session, {}, 0);
        const MadeFolder folder(paths.folder());
        StackReport report = report_of(c, lights, masters, summary, found.problems);
        report.run = figures_of(c, begin, {});
        write_report(paths, c.overwrite(), report_json(report));
        written = Written::report;
    }
    tell_done(c.talk, paths, written, summary, found.problems.size());
    return kNoUsableFrame;
}

// A session that cannot be stacked costs only itself where there are others.
int guarded_session(const StackContext& c, const FoundSessions& found, const io::Session& session) {
    const std::vector<io::Ignored> problems = found.problems_of(session);
    if (found.sessions.size() == 1) return stack_session(c, session, problems).code;
    try {
        return stack_session(c, session, problems).code;
    } catch (const Interrupted&) {
        throw;
    } catch (const IoError& e) {
        if (e.disk_full()) throw;
        return tell_refused(c.talk, session, e.what(), kFailed);
    } catch (const Error& e) {
        return tell_refused(c.talk, session, e.what(), kUsage);
    }
}

// Several sessions that end alike end so together; where one gave a stack, some inputs failed; else the run has.
int joined(int a, int b) {
    if (a == b) return a;
    const auto stacked = [](int code) { return code == kDone || code == kSomeInputsFailed; };
    return stacked(a) || stacked(b) ? kSomeInputsFailed : kFailed;
}

void check_state(const StackOptions& options, std::size_t sessions) {
    if (options.state.empty()) return;
    if (options.method != "stream") throw OptionError("--state keeps a live stack: it wants --method stream");
    if (sessions > 1)
        throw OptionError("--state names one file, but there are " + std::to_string(sessions) + " sessions");
    if (options.state == options.output) throw OptionError("--state and --output name the same file");
    std::error_code error;
    if (!options.grid.empty() && std::filesystem::equivalent(options.state, options.grid, error))
        throw OptionError(
            "--state and --grid name the same file: the other night's stack would be lost; merge joins them");
    refuse_to_replace(options.state, options.force);
}

}  // namespace

int run_stack(const StackOptions& options, const std::vector<Setting>& settings, Runner& runner, Talk& talk,
              const std::stop_token& stop) {
    run_options(options);  // complain about options before looking at a thousand files
    if (std::any_of(options.inputs.begin(), options.inputs.end(), [](const auto& path) { return path.empty(); }))
        throw OptionError("a PATH is empty: a shell variable that is not set?");
    check_calibration_words(options);
    const StackContext context{options, settings, runner, talk, stop, take_memory(options.memory)};
    if (is_film(options)) return stack_film(options, settings, context.memory, runner, talk, stop);
    if (options.lucky_said && options.lucky < 100)
        throw OptionError(
            "--lucky chooses among the pictures of a film, these are frames; with --method stream and --group N a "
            "folder "
            "of JPEGs is a film");
    const FoundSessions found = find_sessions(options, talk, stop);
    if (!options.output.empty() && found.sessions.size() > 1) {
        throw OptionError("--output names one file, but there are " + std::to_string(found.sessions.size()) +
                          " sessions; use --out DIR or --combine-sessions");
    }
    check_state(options, found.sessions.size());
    check_places(options, found.sessions);
    if (found.sessions.empty()) return end_without_session(context, found);
    check_frame_words(options, found.sessions);
    int code = guarded_session(context, found, found.sessions.front());
    for (std::size_t i = 1; i < found.sessions.size(); ++i) {
        if (stop.stop_requested()) throw Interrupted();
        code = joined(code, guarded_session(context, found, found.sessions[i]));
    }
    return !found.problems.empty() && code == kDone ? kSomeInputsFailed : code;
}

SessionStack stack_known(const io::Session& session, const StackOptions& options, const std::vector<Setting>& settings,
                         Runner& runner, Talk& talk, const std::stop_token& stop) {
    return stack_session({options, settings, runner, talk, stop, take_memory(options.memory)}, session, {}, false);
}

RestackResult stack_again(const io::Session& session, const StackOptions& options, const StackSink& sink,
                          Runner& runner, Talk& talk, const std::stop_token& stop) {
    const std::vector<Setting> no_settings;
    const StackContext c{options, no_settings, runner, talk, stop, take_memory(options.memory)};
    PhaseTimes phases;
    const OpenSession open = open_session(c, session, Hashed::no, phases);  // verify has hashed them
    RestackResult result;
    for (const InputFrame& f : open.lights.frames) result.lights.push_back(f.path);
    result.summary = run_lights(open.input, open.run, sink, runner, show_progress(talk), stop);
    return result;
}

}  // namespace nightstack::tools
