// SPDX-License-Identifier: MIT
#include "tools/session/film_job.h"

#include <algorithm>
#include <chrono>

#include "io/film/film.h"
#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/graph/video_run.h"
#include "tools/cli/exit_code.h"
#include "tools/session/film_options.h"
#include "tools/session/film_products.h"
#include "tools/session/film_reel.h"
#include "tools/session/film_report.h"
#include "tools/session/job_options.h"
#include "tools/session/job_talk.h"
#include "tools/session/machine.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/results_place.h"
#include "tools/session/run_figures.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kReserve = std::size_t{48} << 20;

// What is left for the stack; said before the start.
std::size_t stack_bytes(const VideoOptions& v, PictureSize size, std::size_t memory, std::size_t for_tiles,
                        Talk& talk) {
    LiveStackOptions stack;
    stack.planes = 3;
    stack.clip_depth = v.clip_depth;
    const LiveStackBytes need = live_stack_bytes(size.width, size.height, v.framing, 1, stack);
    const std::size_t work = VideoRun::bytes(size, v) + for_tiles + kReserve;
    if (work + need.least > memory) {
        throw OptionError("--memory is too small: a film of " + std::to_string(size.width) + "x" +
                          std::to_string(size.height) + " needs " + megabytes(work + need.least) + ", there are " +
                          megabytes(memory));
    }
    talk.say("  memory: " + megabytes(work + need.least) + " while the pictures lie as the first, at most " +
             megabytes(std::min(memory, work + need.most)));
    return memory - work;
}

io::Session named_session(const StackOptions& o) {
    io::Session session;
    session.given = o.inputs.front();
    const fs::path full = fs::absolute(session.given).lexically_normal();
    session.name = full.has_filename() ? full.stem().string() : full.parent_path().filename().string();
    return session;
}

void play(VideoRun& run, FilmReel& reel, const PhaseProgress& progress, const std::stop_token& stop) {
    const auto done = progress("stacking", "percent", 100);
    int shown = 0;
    bool more = true;
    while (more) {
        if (stop.stop_requested()) throw Interrupted();
        more = run.step([&](std::vector<std::byte>& jpeg) { return reel.next(jpeg); }, stop);
        for (const int now = more ? std::min(99, reel.percent()) : 100; shown < now; ++shown) done();
    }
}

void tell_lost(const FilmReport& report, Talk& talk) {
    if (report.film.dropped_parts > 0) talk.warn(lost_parts(report));
}

FilmFacts facts_of(const StackOptions& o, const FilmReel& reel) {
    FilmFacts facts{{}, reel.pictures_per_s(), reel.dropped_parts()};
    for (std::size_t i = 0; i < o.inputs.size(); ++i)
        facts.inputs.emplace_back(o.inputs[i].filename().string(), reel.kinds()[i]);
    return facts;
}

}  // namespace

bool is_film(const StackOptions& o) {
    const auto films = std::count_if(o.inputs.begin(), o.inputs.end(), io::named_like_film);
    // `group` may stand in a settings file, for all calls: nights of frames stay what they are.
    if (o.group > 0 && o.method == "stream")
        return std::all_of(o.inputs.begin(), o.inputs.end(), [](const fs::path& input) {
            return io::named_like_film(input) || io::holds_only_jpegs(input);
        });
    if (films == 0) return false;
    if (films != static_cast<std::ptrdiff_t>(o.inputs.size()))
        throw OptionError("films and frames cannot be one stack; name them in calls of their own");
    return true;
}

int stack_film(const StackOptions& o, const std::vector<Setting>& settings, std::size_t memory, Runner& runner,
               Talk& talk, const std::stop_token& stop) {
    const Clock::time_point begin = Clock::now();
    check_film_words(o);
    PhaseTimes phases;
    phases.begin("opening");
    FilmReel reel(o.inputs, stop);
    VideoOptions video = film_video_options(o, reel.pictures_per_s());
    const io::Session session = named_session(o);
    check_places(o, std::span(&session, 1));
    talk.say("film " + io::printable(session.name) + ": " + reel.kinds().front() + ", groups of " +
             std::to_string(video.group));
    talk.say(std::string("  ") + kFilmNote);
    ProductFormats formats = product_formats(o);
    formats.gathered_bytes = std::min(formats.gathered_bytes, memory / 8);
    video.work_bytes = VideoRun::bytes(reel.size(), video);
    video.stack_bytes = stack_bytes(video, reel.size(), memory, formats.gathered_bytes, talk);

    VideoRun run(video, runner);
    run.tell([&](const VideoVerdict& v) {
        if (v.reason == VideoReason::none || v.reason == VideoReason::unsharp) return;
        talk.detail(std::string(name(fate_of(v.reason))) + " picture " + std::to_string(v.frame) + ": " +
                    std::string(name(v.reason)) + ": " + io::printable(v.text));
    });
    const PhaseProgress progress = timed(show_progress(talk), phases);
    play(run, reel, progress, stop);

    StackSummary summary = film_stack_summary(run);
    const io::Overwrite overwrite = o.force ? io::Overwrite::yes : io::Overwrite::no;
    const ProductPaths paths = product_paths(o, session, {}, summary.stacked);
    FilmReport report{&settings, facts_of(o, reel), film_counts(run.counts()), &run, &video, &summary, {}, {}, {}, {}};
    write_film_products({o, paths, overwrite, formats, summary, report,
                         [&](FilmReport& r) {
                             r.figures = run_figures(begin, runner);
                             r.figures.memory_mb = static_cast<double>(memory) / (1 << 20);
                             r.figures.phases = phases.times();
                         },
                         phases, progress},
                        runner, talk, stop);
    if (!summary.reference) {
        tell_lost(report, talk);
        talk.warn("no usable picture in the film; the report: " + io::printable(paths.json().string()));
        tell_done(talk, paths, Written::report, summary, 0);
        return kNoUsableFrame;
    }
    talk.say(film_summary(report));
    tell_lost(report, talk);
    tell_done(talk, paths, o.png == "none" ? Written::stack : Written::stack_and_png, summary, 0);
    return summary.failed > 0 || report.film.dropped_parts > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace nightstack::tools
