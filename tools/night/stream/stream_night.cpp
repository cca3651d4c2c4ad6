// SPDX-License-Identifier: MIT
#include "tools/night/stream/stream_night.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/megabytes.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/night/job/night_edges.h"
#include "tools/night/job/night_show.h"
#include "tools/night/job/sleep_inhibitor.h"
#include "tools/night/show/night_json.h"
#include "tools/night/show/night_serving.h"
#include "tools/night/show/night_telling.h"
#include "tools/night/stream/stream_play.h"
#include "tools/night/stream/stream_products.h"
#include "tools/session/film_options.h"
#include "tools/session/job_options.h"
#include "tools/session/open_session.h"

namespace nightstack::tools {
namespace {

// What a night of --memory gives to whom.
struct Shares {
    std::size_t waiting = 0, picture = 0, tiles = 0, view = 0, stack = 0;
};

Shares shares_of(std::size_t memory) {
    Shares s;
    s.waiting = std::clamp(memory / 16, std::size_t{4} << 20, std::size_t{64} << 20);
    s.picture = std::min(s.waiting / 4, io::SplitLimits().part);
    s.tiles = std::min(ProductFormats().gathered_bytes, memory / 8);
    s.view = memory / 8;
    FeedOptions feed;
    feed.waiting_bytes = s.waiting;
    feed.picture_bytes = s.picture;
    const std::size_t others = kProgramReserve + feed.bytes() + s.tiles + s.view;
    if (memory <= others)
        throw OptionError("--memory is too small: a stream needs " + megabytes(others) + " beside its stack");
    s.stack = memory - others;
    return s;
}

class StreamNight {
public:
    StreamNight(const NightJobOptions& options, const StreamWish& wish, Night night, TbbRunner& runner, Talk& talk)
        : options_(options), wish_(wish), night_(std::move(night)), runner_(runner), talk_(talk) {}

    int run(const std::stop_token& user) {
        try {
            return run_to_end(user);
        } catch (const std::exception& e) {
            show_failed(board_, e);
            throw;
        }
    }

private:
    int run_to_end(const std::stop_token& user) {
        const std::size_t memory = take_memory(options_.stack.memory);
        const Shares shares = shares_of(memory);
        // One picture an exposure: each is a frame of the stack.
        VideoOptions video =
            film_video_options(options_.stack, wish_.place.by_exposures ? std::optional<double>(1) : std::nullopt);
        video.all_bytes = shares.stack;
        std::optional<SleepInhibitor> awake;
        if (options_.stay_awake) awake.emplace();
        show_begun(board_, night_, begun_);
        const std::stop_callback passed_on(user, [this] { end_.request_stop(); });
        server_ = serve_night(
            board_, options_.http, night_.folder, [this] { end_.request_stop(); }, talk_);
        telling_.emplace(talk_, board_);

        NightShow show(options_.show, board_, painting_);
        StreamFeed feed(feed_options(shares), end_.get_token());
        auto watch = std::make_unique<StreamWatch>(board_, feed, wish_.place.words);
        StreamPlay play({video, shares.view}, hooks(show), feed, *watch, board_, runner_);
        play.run();
        watch.reset();  // the board has the last counts
        board_.update([](NightState& s) { s.phase = NightPhase::finishing; });
        const int code = finish({options_, night_.folder / "results", begun_, play.film(), video, feed, board_,
                                 board_.state().target, memory, begin_, shares.tiles});
        if (user.stop_requested()) throw Interrupted();
        return code;
    }

    FeedOptions feed_options(const Shares& shares) const {
        FeedOptions feed;
        feed.source = wish_.place.source;
        feed.times = wish_.times;
        feed.waiting_bytes = shares.waiting;
        feed.picture_bytes = shares.picture;
        feed.pictures = options_.until_frames;
        feed.time = options_.until_s;
        return feed;
    }

    PlayHooks hooks(NightShow& show) {
        PlayHooks hooks;
        hooks.verdict = [this](const VideoVerdict& v) { tell_verdict(v); };
        hooks.frame = [&show](const NightFrame& frame) { show.frame(frame, nullptr); };
        hooks.reference = [&show](PictureSize size) { show.begin(size.width, size.height); };
        hooks.view = [&show](const NightView& view) { show.view(view); };
        return hooks;
    }

    // The first of each kind to everybody, the rest to those who want to hear it: they come thirty a second.
    void tell_verdict(const VideoVerdict& v) {
        if (v.reason == VideoReason::none || v.reason == VideoReason::unsharp) return;
        const std::string line = "picture " + std::to_string(v.frame + 1) + " " + std::string(name(fate_of(v.reason))) +
                                 " (" + std::string(name(v.reason)) + "): " + printable(v.text);
        if (!std::exchange(told_[static_cast<std::size_t>(v.reason)], true)) return board_.notice(line);
        talk_.detail(line);
    }

    int finish(const StreamEnd& end) {
        const StreamProducts products = write_stream_products(end, runner_, talk_);
        night_.journal->keep({DoneRecord{products.code, products.files}});
        board_.update([&](NightState& s) {
            s.phase = NightPhase::done;
            s.products = result_names(products.files);
        });
        telling_.reset();  // all groups are told
        talk_.say(products.summary);
        talk_.event(done_event(board_.state()));
        if (products.code == kNoUsableFrame) talk_.warn("no usable picture: there is no picture of this night");
        for (const std::string& file : products.files)
            talk_.say("  " + printable((night_.folder / "results" / file).string()));
        return products.code;
    }

    const NightJobOptions& options_;
    const StreamWish& wish_;
    Night night_;
    TbbRunner& runner_;
    Talk& talk_;
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    const std::chrono::system_clock::time_point begun_ = std::chrono::system_clock::now();
    std::array<bool, kVideoReasons> told_{};
    SerialRunner painting_;  // the others are the stack's
    NightBoard board_;
    std::stop_source end_;                 // of the night; before the server, which may ask for it
    std::unique_ptr<NightServer> server_;  // behind what it shows
    std::optional<NightTelling> telling_;  // likewise
};

}  // namespace

void check_stream_words(const StackOptions& options) {
    check_film_words(options);
    film_video_options(options, std::nullopt);
    shares_of(options.memory.empty() ? ~std::size_t{0} : parse_bytes(options.memory));
}

int run_stream_night(const NightJobOptions& options, const StreamWish& wish, Night night, TbbRunner& runner, Talk& talk,
                     const std::stop_token& stop) {
    return StreamNight(options, wish, std::move(night), runner, talk).run(stop);
}

}  // namespace nightstack::tools
