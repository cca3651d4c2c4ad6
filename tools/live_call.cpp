// SPDX-License-Identifier: MIT
#include "tools/live_call.h"

#include <chrono>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/question.h"
#include "tools/session/product_name.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace fs = std::filesystem;

std::string LiveWish::words() const {
    static const char* const kNames[] = {"watch ", "replay ", "scope ", "stream "};
    return kNames[static_cast<std::size_t>(kind)] + place;
}

BegunRecord begun_now(const LiveCall& call, const LiveWish& wish, const std::string& target) {
    const auto now = std::chrono::time_point_cast<UtcTime::duration>(std::chrono::system_clock::now());
    return {kProgram, wish.words(), wish.folder, night_settings(call.app), call_settings(call.app),
            target,   iso_utc(now)};
}

int guarded_night(const Night& night, const std::function<int()>& run) {
    const fs::path folder = night.folder;
    const bool fresh = !night.goes_on, made = night.made;
    try {
        return run();
    } catch (const Interrupted&) {
        throw;
    } catch (const Error&) {
        if (fresh) forget_untouched(folder, made);
        throw;
    }
}

int run_one(const LiveCall& call, Night night, const MakeSource& source) {
    NightJobOptions job = job_of(call.app, call.o);
    if (night.finished) job.best = BestStackWish::now;
    job.stay_awake = call.o.replay.empty();
    TbbRunner runner(job.stack.threads);
    call.talk.say((night.finished  ? "the night is finished: "
                   : night.goes_on ? "the night goes on: "
                                   : "the night: ") +
                  printable(night.folder.string()));
    if (!night.finished && !call.o.watch.empty() && call.o.until == "end" && call.o.quiet_s <= 0)
        call.talk.say("  it goes on until Ctrl-C; then live --resume DIR --until now makes the picture");
    const MakeSource with_person = [&](const SourceLinks& links) {
        SourceLinks all = links;
        all.ask = [&](const std::string& question) { return ask_person(question, call.stop); };
        return source(all);
    };
    return guarded_night(night, [&] {
        if (job.http && night.begun.source.starts_with("scope ")) job.http->video = scope_video(call.o.scope);
        return run_night(job, std::move(night), with_person, runner, call.talk, call.stop);
    });
}

OfFinished wanted_of(const LiveOptions& o) { return o.best ? OfFinished::best_stack : OfFinished::nothing; }

std::optional<fs::path> session_of(const LiveOptions& o) {
    return o.session.empty() ? std::nullopt : std::optional(o.session);
}

}  // namespace nightstack::tools
