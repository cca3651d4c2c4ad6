// SPDX-License-Identifier: MIT
#include "tools/live_stream.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "pipeline/graph/tbb_runner.h"
#include "pipeline/graph/video_run.h"
#include "tools/cli/number_between.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/stream/stream_night.h"

namespace nightstack::tools {
namespace {

// Those that say something about a stream, its stack or the call. All others would be passed over in silence.
bool is_of_streams(const std::string& said) {
    static const char* const kTaken[] = {
        "stream",        "lost-after", "scope",   "profile", "ports",     "target",  "session",   "until",
        "http",          "no-browser", "no-html", "json",    "quiet",     "verbose", "config",    "threads",
        "memory",        "group",      "lucky",   "align",   "transform", "framing", "rejection", "clip-depth",
        "normalisation", "bits",       "png",     "tiff",    "tiff-bits"};
    return std::ranges::any_of(kTaken, [&](const char* taken) { return said == taken; });
}

void check_words(const LiveOptions& o) {
    for (const std::string& said : o.said) {
        if (!is_of_streams(said)) throw OptionError("--stream takes no --" + said);
    }
    if (o.until == "now") throw OptionError("--until now: nothing of a stream is there before it comes");
    check_stream_words(o.stack);
}

StreamWish wish_of(const LiveOptions& o) {
    StreamWish wish;
    wish.place = parse_stream_place(o.stream, o.scope.scope.host, o.scope.scope.ports);
    const bool said_scope = std::ranges::find(o.said, "scope") != o.said.end();
    if (said_scope && o.stream.find(':') != std::string::npos)
        throw OptionError("--stream names an address itself, --scope another one; tele, wide and raw are the scope's");
    wish.times = stream_times(wish.place.by_exposures ? kLostAfterExposures : kLostAfter);
    if (o.lost_after_s > 0)
        wish.times = stream_times(std::chrono::milliseconds(std::llround(1e3 * std::min(o.lost_after_s, 1e6))));
    return wish;
}

}  // namespace

void add_live_stream_flags(CLI::App& c, LiveOptions& o) {
    c.add_option("--stream", o.stream,
                 "pictures of a video stream (MJPEG): http://HOST:PORT/PATH of any camera, or tele, wide, raw of the "
                 "scope that --scope names; Ctrl-C ends it with its picture")
        ->type_name("URL|NAME")
        ->group("Source");
    c.add_option("--lost-after", o.lost_after_s,
                 "with --stream: connect again when no picture came for so long; default: 5, of raw 120")
        ->check(number_between(0.5, 86'400.0))
        ->type_name("SECONDS")
        ->group("Source");
}

void name_group_flags(CLI::App& c) {
    c.get_option("--group")
        ->description("with --stream: pictures whose mean is one frame of the stack, 1 to " +
                      std::to_string(kMostVideoGroup) + "; 0: 25, of raw 1")
        ->group("Source");
    c.get_option("--lucky")
        ->description("with --stream: percent of each group that are stacked, the sharpest; above 0 to 100")
        ->group("Source");
}

void refuse_stream_words(const LiveOptions& o) {
    for (const char* word : {"lost-after", "group", "lucky"}) {
        if (std::ranges::find(o.said, word) != o.said.end())
            throw OptionError(std::string("--") + word + " is of --stream; a night of frames has no use for it");
    }
}

int run_stream(const LiveCall& call) {
    const LiveOptions& o = call.o;
    if (!o.watch.empty() || !o.replay.empty())
        throw OptionError("--stream, --watch and --replay are different sources; a night has one");
    check_words(o);
    const StreamWish wish = wish_of(o);
    NightJobOptions job = job_of(call.app, o);
    job.stay_awake = true;
    const BegunRecord begun = begun_now(call, {LiveWish::Kind::stream, wish.place.words, ""}, o.scope.target.target);
    Night night = o.session.empty() ? begin_night(nights_folder(), begun) : open_night(o.session, {}, begun);
    if (night.goes_on)
        throw OptionError("--session " + printable(o.session.string()) + ": a stream was broken off there; it " +
                          "cannot be played again. Name another folder");
    TbbRunner runner(job.stack.threads);
    call.talk.say("the night: " + printable(night.folder.string()));
    if (o.until == "end") call.talk.say("  it goes on until Ctrl-C, which ends it with the picture of what is there");
    return guarded_night(night,
                         [&] { return run_stream_night(job, wish, std::move(night), runner, call.talk, call.stop); });
}

}  // namespace nightstack::tools
