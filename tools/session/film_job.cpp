// SPDX-License-Identifier: MIT
#include "tools/session/film_job.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "io/film/film.h"
#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/graph/live_picture_tiles.h"
#include "pipeline/graph/video_colour.h"
#include "pipeline/graph/video_run.h"
#include "pipeline/graph/video_scene.h"
#include "tools/cli/exit_code.h"
#include "tools/session/film_reel.h"
#include "tools/session/film_report.h"
#include "tools/session/job_options.h"
#include "tools/session/job_talk.h"
#include "tools/session/machine.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/results_place.h"
#include "tools/session/run_figures.h"
#include "tools/session/stack_background.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kUnknownRate = 25;  // pictures per second of a film that does not say
constexpr std::size_t kReserve = std::size_t{48} << 20;

void refuse(bool given, const char* what) {
    if (given) throw OptionError(std::string("a film takes no ") + what);
}

void check_words(const StackOptions& o) {
    if (o.method != "stream") throw OptionError("films are stacked with --method stream");
    refuse(!o.darks.empty() || !o.flats.empty() || !o.biases.empty(), "--darks, --flats or --biases");
    refuse(!o.state.empty(), "--state");
    refuse(o.solve, "--solve");
    refuse(o.scale != 1, "--scale");
    refuse(!o.reference.empty(), "--reference: its first usable picture is it");
    refuse(o.finish, "--finish");
    refuse(!o.grid.empty(), "--grid");
    refuse(!o.include.empty() || !o.exclude.empty(), "--include or --exclude");
    if (!(o.lucky > 0)) throw OptionError("--lucky 0: no picture would be stacked");
}

VideoOptions video_options(const StackOptions& o, const FilmReel& reel) {
    const LiveRunOptions live = run_options(o).stream->live;
    VideoOptions v;
    v.group = o.group;
    if (v.group == 0)
        v.group =
            std::clamp(static_cast<int>(std::lround(reel.pictures_per_s().value_or(kUnknownRate))), 1, kMostVideoGroup);
    v.lucky_percent = o.lucky;
    v.level = live.normalisation != NormalisationKind::none;
    v.framing = live.framing;
    v.align.registration = live.registration;
    v.align.model = live.registration.model.value_or(TransformModel::similarity);
    v.align.stars = live.align != AlignBy::scene;
    if (live.align != AlignBy::stars) v.align.scene = scene_matchers();
    v.clip_depth = live.clip_depth;
    v.kappa_low = live.kappa_low;
    v.kappa_high = live.kappa_high;
    v.check();
    return v;
}

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

StackSummary summary_of(const VideoRun& run) {
    StackSummary s;
    const VideoCounts& c = run.counts();
    s.stacked = c.stacked;
    s.rejected = c.rejected;
    s.failed = c.failed;
    if (run.stack() == nullptr || run.stack()->frames() == 0) return s;
    s.reference = run.reference();
    s.canvas = run.canvas().canvas;
    s.planes = run.stack()->options().planes;
    s.white_adu = 255;
    s.flags = true;
    s.aligned_by = run.by_scene() ? AlignedBy::scene : AlignedBy::stars;
    return s;
}

void tell_lost(const FilmReport& report, Talk& talk) {
    if (report.reel->dropped_parts() > 0) talk.warn(lost_parts(report));
}

int end_without_stack(const FilmReport& report, const ProductPaths& paths, io::Overwrite overwrite, Talk& talk) {
    const MadeFolder folder(paths.folder());
    write_report(paths, overwrite, film_report_json(report));
    tell_lost(report, talk);
    talk.warn("no usable picture in the film; the report: " + io::printable(paths.json().string()));
    tell_done(talk, paths, Written::report, *report.summary, 0);
    return kNoUsableFrame;
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
    check_words(o);
    PhaseTimes phases;
    phases.begin("opening");
    FilmReel reel(o.inputs, stop);
    VideoOptions video = video_options(o, reel);
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

    StackSummary summary = summary_of(run);
    const io::Overwrite overwrite = o.force ? io::Overwrite::yes : io::Overwrite::no;
    const ProductPaths paths = product_paths(o, session, {}, summary.stacked);
    FilmReport report{&o, &settings, &reel, &run, &video, &summary, {}, {}, {}, {}};
    const auto take_figures = [&] {
        report.figures = run_figures(begin, runner);
        report.figures.memory_mb = static_cast<double>(memory) / (1 << 20);
        report.figures.phases = phases.times();
    };
    take_figures();
    if (!summary.reference) return end_without_stack(report, paths, overwrite, talk);

    const MadeFolder folder(paths.folder());
    StackWriter writer(paths, overwrite, formats, runner, stop);
    writer.begin(summary);
    const Rect shown = run.canvas().pixels;
    put_live_picture(
        *run.stack(), shown, summary, [&](const StackTile& tile) { writer.put(tile); }, runner,
        progress("integrating", "tiles", count_live_pieces(shown)), stop, to_rgb);
    phases.begin("finishing");
    writer.end_tiles();
    io::FitsCards more;
    if (o.background != "none") {
        const BackgroundReport background = remove_background(writer.planes(), background_options(o), runner, stop);
        talk.say("  " + background.text());
        more.history(background.text());
        report.more.emplace_back("background", background.json());
    }
    report.noise = writer.noise();
    report.scale = writer.scale();
    io::FitsCards cards = film_cards(report);
    writer.finish(cards.add(more), [&] {
        take_figures();
        return film_report_json(report);
    });
    talk.say(film_summary(report));
    tell_lost(report, talk);
    tell_done(talk, paths, o.png == "none" ? Written::stack : Written::stack_and_png, summary, 0);
    return summary.failed > 0 || reel.dropped_parts() > 0 ? kSomeInputsFailed : kDone;
}

}  // namespace nightstack::tools
