// SPDX-License-Identifier: MIT
#include "tools/night/job/night_job.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "io/files/leftovers.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/pause.h"
#include "tools/night/core/disk_patience.h"
#include "tools/night/core/night_run.h"
#include "tools/night/job/night_decisions.h"
#include "tools/night/job/night_edges.h"
#include "tools/night/job/night_later.h"
#include "tools/night/job/night_products.h"
#include "tools/night/job/sleep_inhibitor.h"
#include "tools/night/show/night_json.h"
#include "tools/night/show/night_serving.h"
#include "tools/night/show/night_telling.h"
#include "tools/session/open_session.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

// Asks for a stop after some time, unless it is over before.
class Deadline {
public:
    Deadline(std::optional<std::chrono::milliseconds> after, std::stop_source stop) {
        if (!after) return;
        waiter_ = std::jthread([after = *after, stop = std::move(stop)](const std::stop_token& over) mutable {
            if (pause(after, over)) stop.request_stop();
        });
    }

private:
    std::jthread waiter_;
};

// A call that was killed while it wrote.
void tidy(const fs::path& folder) {
    io::remove_leftovers(folder);
    std::error_code error;
    if (fs::is_directory(folder / "results", error)) io::remove_leftovers(folder / "results");
}

class NightJob {
public:
    NightJob(const NightJobOptions& options, Night night, TbbRunner& runner, Talk& talk)
        : options_(options), night_(std::move(night)), runner_(runner), talk_(talk) {}

    int run(const MakeSource& make_source, const std::stop_token& user) {
        try {
            return run_to_end(make_source, user);
        } catch (const std::exception& e) {
            ended_by(e);
            throw;
        }
    }

private:
    int run_to_end(const MakeSource& make_source, const std::stop_token& user) {
        memory_ = take_memory(options_.stack.memory);
        tidy(night_.folder);
        std::optional<SleepInhibitor> awake;
        if (options_.stay_awake) awake.emplace();
        show_begun(board_, night_, std::chrono::system_clock::now());
        if (night_.finished) return only_best(user);
        server_ = serve_night(
            board_, options_.http, night_.folder, [this] { end_.request_stop(); }, talk_);
        telling_.emplace(talk_, board_);
        const std::unique_ptr<NightSource> source = make_source(links(user));
        // Who ends the night wants what has come in its picture; who interrupts it goes on with it later.
        const std::stop_callback ended(end_.get_token(), [&] { source->end_night(); });
        TbbWorkers workers(runner_);
        NightRun run(run_options(), *source, *night_.journal, board_, workers, talk_, user);
        NightShow show(options_.show, board_, runner_);
        run.on_frame([&](const NightFrame& frame, const FrameStars* stars) { show.frame(frame, stars); });
        run.on_view([&](const NightView& view) { show_view(show, view); });
        run.on_reference([&](const LiveGrid& grid, const FrameInfo& info, const LedgerSky& header) {
            return show.reference(grid, info, header);
        });
        try {
            if (night_.goes_on) run.resume();
            if (options_.until_now) source->end_capture();
            const Deadline deadline(options_.until_s, end_);
            run.run();
        } catch (const Interrupted&) {
            broken_off();
        } catch (const Error& e) {
            ended_by(e);
            if (night_.goes_on || board_.state().counts.in > 0) say_kept();
            throw;
        }
        try {
            if (!user.stop_requested()) {
                source->end_capture();
                return finish(run, show, *source, user);
            }
            run.keep_now();
        } catch (const Interrupted&) {
            // While products were written: they are made again.
        } catch (const IoError& e) {
            if (!user.stop_requested()) {
                ended_by(e);
                say_kept();
                throw;
            }
            talk_.warn("no checkpoint could be written, going on will take longer: " + std::string(e.what()));
        }
        broken_off();
    }

    // A picture that cannot be made costs itself.
    void show_view(NightShow& show, const NightView& view) {
        try {
            show.view(view);
        } catch (const std::exception& e) {
            if (!std::exchange(view_failed_told_, true))
                board_.notice("a picture for looking at could not be made: " + printable(e.what()));
        }
    }

    // Its words are the last: who follows the night is told before them.
    void ended_by(const std::exception& e) {
        show_failed(board_, e);
        telling_.reset();
    }

    SourceLinks links(const std::stop_token& stop) {
        SourceLinks links;
        links.folder = night_.folder;
        links.keep = [this, &stop](std::string text) {
            night_.journal->keep({SourceRecord{std::move(text)}}, DiskPatience(board_, stop));
        };
        for (const NightRecord& record : night_.journal->found()) {
            if (const auto* mine = std::get_if<SourceRecord>(&record)) links.kept.push_back(mine->text);
        }
        links.show = [this](const NightScope& scope) { board_.update([&](NightState& s) { s.scope = scope; }); };
        return links;
    }

    NightRunOptions run_options() const {
        NightRunOptions o;
        o.stack = options_.stack;
        o.folder = night_.folder;
        o.memory = memory_;
        o.frames = options_.until_frames;
        o.checkpoint_after = options_.checkpoint_after;
        return o;
    }

    // Nothing is lost: the journal has all, the checkpoint makes going on quick.
    [[noreturn]] void broken_off() {
        telling_.reset();  // the last words are these
        const std::optional<NightScope> scope = board_.state().scope;
        if (scope && scope->taken && scope->asked && *scope->taken < *scope->asked)
            talk_.say("the scope goes on by itself unless it was told to stop; nightstack scope raw --stop ends it");
        say_kept();
        throw Interrupted();
    }

    void say_kept() {
        const std::string resume = "nightstack live --resume " + printable(night_.folder.string());
        talk_.say("the night is kept. Going on with it:             " + resume);
        talk_.say("the picture of what is there, without waiting:   " + resume + " --until now");
    }

    int finish(NightRun& run, const NightShow& show, const NightSource& source, const std::stop_token& stop) {
        board_.update([](NightState& s) { s.phase = NightPhase::finishing; });
        const auto insist = [&](const std::function<void()>& work) { tools::insist(board_, stop, work); };
        NightProducts products;
        int code = kNoUsableFrame;
        if (run.has_stack()) {
            const SessionMasters masters = run.masters();
            LiveState state = run.take_state();
            const std::size_t left_in =
                heed_decisions(state, night_.journal->all(), {source.folder(), calibration_files(masters)}, memory_,
                               runner_, talk_, stop);
            count_retracted(state.ledger);
            const NightEnd end{options_,
                               night_.folder / "results",
                               source.folder(),
                               state,
                               masters,
                               memory_,
                               show.wcs(),
                               board_.state(),
                               [&](const std::vector<std::string>& files) {
                                   forget_products(night_, files);
                                   night_.journal->keep({ProductsRecord{files}}, DiskPatience(board_, stop));
                               },
                               insist};
            products = write_night_products(end, runner_, talk_, stop);
            code = run.unread() > 0 || run.failed_masters() > 0 || products.unread || left_in > 0 ? kSomeInputsFailed
                                                                                                  : kDone;
        }
        const bool best_due = options_.best != BestStackWish::no && !products.files.empty();
        night_.journal->keep({DoneRecord{code, products.files, best_due}}, DiskPatience(board_, stop));
        for (const std::uint64_t slot : {0, 1}) {
            std::error_code error;
            fs::remove(Checkpoints(night_.folder).path(slot), error);
        }
        const bool best_now = best_due && options_.best == BestStackWish::now;
        if (!best_now) over(products.files);
        telling_.reset();  // all frames are told
        end_words(products, run);
        if (best_now) {
            code = code_with_best(code, best(source.folder(), products.files, stop));
            over(products.files);
        }
        talk_.event(done_event(board_.state()));
        return code;
    }

    // They were stacked, and are out now.
    void count_retracted(const LiveLedger& ledger) {
        const auto out = static_cast<std::uint64_t>(std::ranges::count_if(ledger.frames, &LedgerFrame::retracted));
        if (out == 0) return;
        board_.update([&](NightState& s) {
            s.counts.stacked -= out;
            s.counts.rejected += out;
            s.reasons["user"] += out;
        });
    }

    // Adds its files to those of the night.
    BestStack best(const fs::path& frames, std::vector<std::string>& files, const std::stop_token& stop) {
        BestStack made = add_best_stack(options_, night_, frames, runner_, talk_, stop);
        say_files(made.files);
        files.insert(files.end(), made.files.begin(), made.files.end());
        return made;
    }

    // Its products are there; nothing is read but frames, no source is begun.
    int only_best(const std::stop_token& stop) {
        talk_.event(ready_event("", "", night_.folder.string()));
        const NightCounts counts = counts_of(ledger_of_products(night_));
        board_.update([&](NightState& s) {
            s.phase = NightPhase::finishing;
            s.counts = counts;
        });
        const DoneRecord done = *done_of(night_.journal->found());
        std::vector<std::string> files = done.products;
        const int code = code_with_best(done.code, best(night_.frames(), files, stop));
        over(files);
        talk_.event(done_event(board_.state()));
        return code;
    }

    void over(const std::vector<std::string>& files) {
        board_.update([&](NightState& s) {
            s.phase = NightPhase::done;
            s.products = result_names(files);
        });
    }

    void end_words(const NightProducts& products, const NightRun& run) {
        const NightCounts counts = board_.state().counts;
        talk_.say(std::to_string(counts.in) + " frames: " + std::to_string(counts.stacked) + " stacked, " +
                  std::to_string(counts.rejected) + " rejected, " + std::to_string(counts.failed) + " failed; " +
                  std::to_string(run.written_bytes() >> 20) + " MB written to keep the night");
        if (products.files.empty()) talk_.warn("no usable frame: there is no picture of this night");
        say_files(products.files);
    }

    void say_files(const std::vector<std::string>& files) {
        for (const std::string& file : files) talk_.say("  " + printable((night_.folder / "results" / file).string()));
    }

    const NightJobOptions& options_;
    Night night_;
    TbbRunner& runner_;
    Talk& talk_;
    NightBoard board_;
    std::stop_source end_;                 // of the night; before the server, which may ask for it
    std::unique_ptr<NightServer> server_;  // behind what it shows
    std::optional<NightTelling> telling_;  // likewise
    std::size_t memory_ = 0;
    bool view_failed_told_ = false;
};

}  // namespace

int run_night(const NightJobOptions& options, Night night, const MakeSource& make_source, TbbRunner& runner, Talk& talk,
              const std::stop_token& stop) {
    return NightJob(options, std::move(night), runner, talk).run(make_source, stop);
}

}  // namespace nightstack::tools
