// SPDX-License-Identifier: MIT
#include "device/sim/servers/preview_room.h"

#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nightstack::device::sim {
namespace {

constexpr int kBehindOthers = 4;  // nice value of the thread
constexpr auto kShortestRest = std::chrono::milliseconds(20);
constexpr auto kForgotten = std::chrono::seconds(2);  // nobody looked, or the camera was closed: what there is is old
constexpr int kSingleFrame = 1;                       // 10020

// The exposure that is shown is not over before the next one may be.
bool still_exposing(const std::optional<Exposed>& shown, const Exposed& now) {
    if (!shown || shown->exposure_s != now.exposure_s || shown->gain != now.gain) return false;
    if (shown->automatic != now.automatic || shown->automatic_gain != now.automatic_gain) return false;
    const std::chrono::duration<double> passed = now.begin - shown->begin;
    return passed.count() == 0 || (!now.automatic && passed.count() > 0 && passed.count() < now.exposure_s);
}

}  // namespace

PreviewRoom::PreviewRoom(std::shared_ptr<Viewfinder> viewfinder, StreamSize size,
                         std::function<void(const std::string&)> failed)
    : viewfinder_(std::move(viewfinder)),
      sizes_(size == kOtherStreamSize ? std::vector{size} : std::vector{size, kOtherStreamSize}),
      failed_(std::move(failed)),
      worker_([this](const std::stop_token& stop) { work(stop); }) {}

PreviewRoom::~PreviewRoom() {
    worker_.request_stop();
    worker_.join();
}

StreamShot PreviewRoom::picture(const StreamWish& wish, const Now& now) {
    const std::lock_guard lock(mutex_);
    Stream& stream = streams_[static_cast<std::size_t>(wish.name)];
    const Moment moment = std::chrono::steady_clock::now();
    if (moment - std::exchange(stream.asked, moment) > kForgotten && wish.name != StreamName::raw) {
        stream.jpegs.clear();
        stream.waiting.reset();
        stream.shown = {};
    }
    if (!stream.waiting && !stream.drawing) {
        stream.waiting = wanted(stream, wish, now);
        stream.waits_since = moment;
        if (stream.waiting) changed_.notify_all();
    }
    // Each of these is shown once: not the old one while the new one is made.
    if (wish.name == StreamName::raw && (stream.waiting || stream.drawing)) return {};
    const auto size = std::ranges::find(sizes_, wish.size);
    if (stream.jpegs.empty() || size == sizes_.end()) return {};
    return {stream.jpegs[static_cast<std::size_t>(size - sizes_.begin())], stream.number};
}

// While a RAW capture goes on the tele camera has nothing to show but its frames (a guess).
std::optional<PreviewRoom::Job> PreviewRoom::wanted(const Stream& stream, const StreamWish& wish,
                                                    const Now& now) const {
    const bool raw = wish.name == StreamName::raw;
    const bool busy = wish.name == StreamName::tele && wish.state.raw_goes_on;
    Job job;
    job.quality = wish.state.quality;
    if (raw || (busy && wish.state.raw_taken > 0 && viewfinder_->captured() > 0)) {
        job.source = raw ? wish.state.raw_source : kSingleFrame;
        job.captured = viewfinder_->captured();
        const bool same = job.captured == stream.shown.captured && job.source == stream.shown.source &&
                          job.quality == stream.shown.quality;
        return job.captured == 0 || same ? std::nullopt : std::optional(job);
    }
    if (busy && !stream.jpegs.empty()) return {};
    job.live = now();
    const bool shown = !stream.jpegs.empty() && job.quality == stream.shown.quality;
    if (!job.live || (shown && still_exposing(stream.shown.live, *job.live))) return {};
    return job;
}

void PreviewRoom::work(const std::stop_token& stop) {
    ::setpriority(PRIO_PROCESS, 0, kBehindOthers);  // of this thread alone
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return next() != nullptr; })) {
        if (stop.stop_requested()) return;
        const Moment begin = std::chrono::steady_clock::now();
        draw(*next(), lock);
        const auto worked = std::chrono::steady_clock::now() - begin;
        changed_.wait_for(lock, stop, std::max<Moment::duration>(worked, kShortestRest), [] { return false; });
    }
}

PreviewRoom::Stream* PreviewRoom::next() {
    Stream* oldest = nullptr;
    for (Stream& stream : streams_)
        if (stream.waiting && (oldest == nullptr || stream.waits_since < oldest->waits_since)) oldest = &stream;
    return oldest;
}

void PreviewRoom::draw(Stream& stream, std::unique_lock<std::mutex>& lock) {
    const Job job = *std::exchange(stream.waiting, std::nullopt);
    stream.drawing = true;
    lock.unlock();
    std::vector<std::shared_ptr<const std::string>> jpegs;
    std::string failure;
    try {
        for (std::string& one : job.live ? viewfinder_->live(*job.live, sizes_, job.quality)
                                         : viewfinder_->capture(job.source, sizes_, job.quality))
            jpegs.push_back(std::make_shared<const std::string>(std::move(one)));
    } catch (const std::exception& e) {
        failure = e.what();
    }
    // Told once, not thirty times a second.
    if (!failure.empty() && failure != std::exchange(last_failure_, failure) && failed_) failed_(failure);
    lock.lock();
    stream.drawing = false;
    stream.shown = job;
    if (jpegs.empty()) return;
    stream.jpegs = std::move(jpegs);
    stream.number = ++drawn_;
}

}  // namespace nightstack::device::sim
