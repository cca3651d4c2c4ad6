// SPDX-License-Identifier: MIT
#include "tools/session/stack_job.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "io/files/file.h"
#include "io/session/session_scan.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/offline_run.h"
#include "pipeline/simd/cpu_level.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/progress.h"
#include "tools/session/job_options.h"
#include "tools/session/machine.h"
#include "tools/session/masters.h"
#include "tools/session/product_name.h"
#include "tools/session/products.h"
#include "tools/session/report.h"
#include "tools/session/scratch.h"
#include "tools/session/session_lights.h"
#include "tools/session/stack_facts.h"
#include "tools/session/summary_text.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

using Clock = std::chrono::steady_clock;
using Given = std::vector<std::pair<std::string, std::string>>;

// Left to code, stacks of threads, and what libraries keep: measured about 30 MB.
constexpr std::size_t kReserve = std::size_t{48} << 20;

struct Context {
    const StackOptions& options;
    const Given& given;
    Runner& runner;
    Talk& talk;
    const std::stop_token& stop;
    std::size_t memory = 0;  // ceiling of the whole process
};

io::SessionScan scan_inputs(const StackOptions& options, Talk& talk) {
    io::ScanOptions how;
    how.header = header_summary;
    io::SessionScan found = io::scan(options.inputs, how);
    for (const io::Ignored& i : found.ignored) {
        if (i.is_problem()) {
            talk.warn(i.text);
        } else {
            talk.detail("ignored: " + i.text);
        }
    }
    if (options.combine_sessions && found.sessions.size() > 1) {
        io::Session& first = found.sessions.front();
        for (std::size_t i = 1; i < found.sessions.size(); ++i) {
            const io::Session& other = found.sessions[i];
            first.lights.insert(first.lights.end(), other.lights.begin(), other.lights.end());
            first.device_failed.insert(first.device_failed.end(), other.device_failed.begin(),
                                       other.device_failed.end());
            first.calibration.insert(first.calibration.end(), other.calibration.begin(), other.calibration.end());
        }
        found.sessions.resize(1);
    }
    return found;
}

std::filesystem::path results_folder(const Context& c, const io::Session& session) {
    if (!c.options.out.empty()) return c.options.out;
    const auto folder = std::filesystem::absolute(session.folder).lexically_normal();
    const bool given_as_files = std::filesystem::is_regular_file(c.options.inputs.front());
    // A trailing slash leaves an empty file name behind.
    const auto place = folder.has_filename() ? folder : folder.parent_path();
    return (given_as_files ? place : place.parent_path()) / "nightstack";
}

ProductPaths product_paths(const Context& c, const io::Session& session, const StackFacts& facts, std::size_t stacked) {
    if (!c.options.output.empty()) return {c.options.output};
    const auto folder = results_folder(c, session);
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw IoError(
            "cannot make " + io::printable(folder.string()) + ": " + error.message() + "; choose a folder with --out",
            error.value());
    const std::string object = facts.object.empty() ? session.name : facts.object;
    const std::string name = product_name(object, facts.first_start, stacked, facts.exposure);
    return {c.options.force ? folder / (name + ".fits") : free_product_path(folder, name)};
}

void choose_reference(OfflineOptions& run, const Context& c, const SessionLights& lights) {
    if (c.options.reference.empty()) return;
    const auto it = std::find_if(lights.frames.begin(), lights.frames.end(),
                                 [&](const InputFrame& f) { return names_frame(c.options.reference, f); });
    if (it == lights.frames.end())
        throw OptionError("--reference " + io::printable(c.options.reference) + ": no such frame in the session");
    run.registration.reference = static_cast<std::size_t>(it - lights.frames.begin());
}

std::size_t memory_left(const Context& c) {
    const std::size_t used = resident_bytes() + kReserve + static_cast<std::size_t>(scratch().memory_used());
    if (used >= c.memory) {
        throw OptionError("--memory is too small: " + std::to_string(used >> 20) +
                          " MB are in use before the first frame");
    }
    return c.memory - used;
}

// Numbers of pictures made for the eye are no measure of light; the user should not find out later.
void note_pictures(const SessionLights& lights, SessionMasters& masters, Talk& talk) {
    const auto n = std::count_if(lights.frames.begin(), lights.frames.end(),
                                 [](const InputFrame& f) { return !f.settled && f.file->display_referred(); });
    if (n == 0) return;
    masters.warnings.push_back(std::to_string(n) + " of the lights are pictures made for the eye (8 bits or colour): " +
                               "their values, and those of the stack, are not linear");
    talk.say("  " + masters.warnings.back());
}

PhaseProgress show_progress(Talk& talk) {
    return [&talk](const char* phase, const char* unit, int total) {
        const auto progress = std::make_shared<Progress>(talk, phase, unit, total);
        return [progress] { progress->step(); };
    };
}

// What became of each frame, as far as the user wants to hear it. A frame that could not be opened
// has had its line already.
void tell_frames(const Context& c, const SessionLights& lights, const StackSummary& summary) {
    for (std::size_t i = 0; i < lights.frames.size(); ++i) {
        const Judgement& j = summary.lights[i].judgement;
        const std::optional<Judgement>& settled = lights.frames[i].settled;
        c.talk.event(frame_event(lights.frames[i], summary.lights[i]));
        if (j.verdict == Verdict::stacked || (settled && settled->verdict == Verdict::failed)) continue;
        const std::string line = std::string(name(j.verdict)) + " " + lights.frames[i].path.filename().string() + ": " +
                                 std::string(name(j.reason)) + (j.text.empty() ? "" : ": " + j.text);
        if (j.verdict == Verdict::failed) {
            c.talk.warn(io::printable(line));
        } else {
            c.talk.say(io::printable(line));
        }
    }
}

RunFigures run_figures(const Context& c, Clock::time_point begin) {
    RunFigures figures;
    figures.wall_s = std::chrono::duration<double>(Clock::now() - begin).count();
    figures.cpu_s = cpu_seconds();
    figures.peak_mb = static_cast<double>(peak_bytes()) / (1 << 20);
    figures.threads = c.runner.threads();
    figures.cpu = name(cpu_level());
    return figures;
}

int stack_session(const Context& c, const io::Session& session) {
    const Clock::time_point begin = Clock::now();
    c.talk.say("session " + io::printable(session.name) + ": " + std::to_string(session.lights.size()) + " lights" +
               (session.device_failed.empty()
                    ? ""
                    : ", " + std::to_string(session.device_failed.size()) + " marked failed by the scope"));
    for (const std::string& warning : session.warnings) c.talk.warn(warning);
    SessionLights lights = open_lights(session, c.options, c.runner, c.talk);
    OfflineOptions run = offline_options(c.options);
    choose_reference(run, c, lights);
    const auto masters = lights.usable() > 0
                             ? prepare_masters(session, lights.format, lights.info, c.options, c.runner, c.talk, c.stop)
                             : std::make_unique<SessionMasters>();
    note_pictures(lights, *masters, c.talk);
    run.memory_bytes = memory_left(c);

    std::unique_ptr<StackWriter> writer;
    ProductPaths paths;
    StackSink sink;
    sink.begin = [&](const StackSummary& s) {
        writer.reset();  // a run that starts anew has another number of frames in its name
        paths = product_paths(c, session, facts_of(lights.frames, s), s.stacked);
        writer = std::make_unique<StackWriter>(paths, c.options.force ? io::Overwrite::yes : io::Overwrite::no,
                                               product_formats(c.options));
        writer->begin(s);
    };
    sink.tile = [&](const StackTile& tile) { writer->put(tile); };
    const std::vector<Light> input = as_lights(lights.frames, c.options);
    const StackSummary summary =
        run_offline(input, masters->calibration, run, sink, c.runner, show_progress(c.talk), c.stop);
    tell_frames(c, lights, summary);
    if (!summary.reference) {
        c.talk.warn("session " + io::printable(session.name) + ": no usable frame (" +
                    std::to_string(summary.rejected) + " rejected, " + std::to_string(summary.failed) + " failed)");
        return kNoUsableFrame;
    }
    StackReport report;
    report.version = std::string("nightstack ") + kVersion;
    report.options = c.given;
    report.lights = lights.frames;
    report.masters = masters.get();
    report.summary = &summary;
    report.noise = writer->noise();
    report.scale = writer->scale();
    const StackFacts facts = facts_of(lights.frames, summary);
    report.livetime_s = facts.livetime_s;
    report.run = run_figures(c, begin);
    writer->finish(stack_cards(facts, summary, calstat(*masters), history(run, summary, *masters),
                               c.options.bits == 16 ? report.scale : std::nullopt),
                   report_json(report));
    c.talk.say(summary_text(report, run));
    const bool has_png = c.options.png != "none";
    if (!c.talk.json())
        c.talk.result(paths.fits.string() + "\n" + (has_png ? paths.png().string() + "\n" : "") +
                      paths.json().string() + "\n");
    const nlohmann::ordered_json done = {{"event", "done"},
                                         {"fits", io::printable(paths.fits.string())},
                                         {"png", has_png ? nlohmann::ordered_json(io::printable(paths.png().string()))
                                                         : nlohmann::ordered_json(nullptr)},
                                         {"json", io::printable(paths.json().string())},
                                         {"stacked", summary.stacked},
                                         {"rejected", summary.rejected},
                                         {"failed", summary.failed}};
    c.talk.event(done.dump());
    return summary.failed > 0 || masters->failed > 0 ? kSomeInputsFailed : kDone;
}

// A session that cannot be stacked costs only itself where there are others.
int guarded_session(const Context& c, const io::Session& session, std::size_t sessions) {
    if (sessions == 1) return stack_session(c, session);
    try {
        return stack_session(c, session);
    } catch (const Interrupted&) {
        throw;
    } catch (const IoError& e) {
        if (e.disk_full()) throw;
        c.talk.warn("session " + io::printable(session.name) + ": " + e.what());
        return kFailed;
    } catch (const Error& e) {
        c.talk.warn("session " + io::printable(session.name) + ": " + e.what());
        return kUsage;
    }
}

// Places we cannot write to are told before the work, not after it.
void check_outputs(const StackOptions& options) {
    if (!options.out.empty()) {
        std::error_code error;
        std::filesystem::create_directories(options.out, error);
        if (error)
            throw IoError("cannot make " + io::printable(options.out.string()) + ": " + error.message(), error.value());
    }
    if (options.output.empty()) return;
    const auto folder = std::filesystem::absolute(options.output).parent_path();
    if (!std::filesystem::is_directory(folder))
        throw OptionError("--output: there is no folder " + io::printable(folder.string()));
    if (options.force) return;
    const ProductPaths paths{options.output};
    for (const auto& path : {paths.fits, paths.json()}) io::refuse_existing_output(path);
    if (options.png != "none") io::refuse_existing_output(paths.png());
}

// Several sessions that end alike end so together; else some inputs failed.
int joined(int a, int b) {
    if (a == b) return a;
    return kSomeInputsFailed;
}

}  // namespace

int run_stack(const StackOptions& options, const Given& given, Runner& runner, Talk& talk,
              const std::stop_token& stop) {
    offline_options(options);  // complain about options before looking at a thousand files
    const std::size_t memory = options.memory.empty() ? available_memory() / 2 : parse_bytes(options.memory);
    scratch().set_memory((memory - std::min(memory, resident_bytes() + kReserve)) / 4);
    const Context context{options, given, runner, talk, stop, memory};
    const io::SessionScan found = scan_inputs(options, talk);
    if (found.sessions.empty()) {
        talk.warn("no light frames found in the given paths; --verbose lists what was ignored and why");
        return kNoUsableFrame;
    }
    if (!options.output.empty() && found.sessions.size() > 1) {
        throw OptionError("--output names one file, but there are " + std::to_string(found.sessions.size()) +
                          " sessions; use --out DIR or --combine-sessions");
    }
    check_frame_words(options, found.sessions);
    check_outputs(options);
    int code = guarded_session(context, found.sessions.front(), found.sessions.size());
    for (std::size_t i = 1; i < found.sessions.size(); ++i) {
        if (stop.stop_requested()) throw Interrupted();
        code = joined(code, guarded_session(context, found.sessions[i], found.sessions.size()));
    }
    const bool problems =
        std::any_of(found.ignored.begin(), found.ignored.end(), [](const io::Ignored& i) { return i.is_problem(); });
    return problems && code == kDone ? kSomeInputsFailed : code;
}

}  // namespace nightstack::tools
