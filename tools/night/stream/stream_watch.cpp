// SPDX-License-Identifier: MIT
#include "tools/night/stream/stream_watch.h"

#include <cassert>
#include <utility>

#include "pipeline/core/printable.h"
#include "tools/cli/pause.h"
#include "tools/night/stream/stream_counts.h"

namespace nightstack::tools {
namespace {

constexpr std::chrono::milliseconds kPace{250};

std::string in_seconds(std::chrono::steady_clock::duration time) {
    const auto tenths = std::chrono::duration_cast<std::chrono::milliseconds>(time).count() / 100;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

}  // namespace

StreamWatch::StreamWatch(NightBoard& board, const StreamFeed& feed, std::string host)
    : board_(board), feed_(feed), host_(std::move(host)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

StreamWatch::~StreamWatch() {
    thread_.request_stop();
    thread_.join();
    tell();
}

void StreamWatch::judged(const VideoCounts& counts) {
    const std::scoped_lock lock(mutex_);
    judged_ = counts;
}

VideoCounts StreamWatch::last_judged() const {
    const std::scoped_lock lock(mutex_);
    return judged_;
}

// Those that were judged are asked first: what is told of them later than of the feed could be more than was taken.
NightCounts StreamWatch::counts() const {
    const VideoCounts judged = last_judged();
    return stream_counts(judged, feed_.counts());
}

void StreamWatch::tell_counts() {
    const VideoCounts judged = last_judged();
    const FeedCounts feed = feed_.counts();
    board_.update([&](NightState& s) {
        s.counts = stream_counts(judged, feed);
        s.reasons.clear();
        for (const auto& [reason, count] : stream_reasons(judged, feed)) s.reasons[reason] = count;
        if (s.phase == NightPhase::waiting && feed.came > 0) s.phase = NightPhase::stacking;
    });
}

void StreamWatch::run(const std::stop_token& stop) {
    do tell();
    while (pause(kPace, stop));
}

void StreamWatch::tell() {
    tell_counts();
    const io::StreamState state = feed_.state();
    const bool ended = feed_.ended();
    const bool running = state == io::StreamState::running;
    const std::uint64_t bytes = feed_.received().stream.bytes;
    const auto now = Clock::now();
    pace_.add(now, bytes - bytes_);
    bytes_ = bytes;
    board_.update([&](NightState& s) {
        s.bytes_per_s = pace_.bytes_per_s(now);
        s.scope.reset();
        if (ended) return;  // that is no loss
        NightScope link;
        link.host = host_;
        link.online = running || state == io::StreamState::waiting;
        link.doing = io::words(state);
        s.scope = std::move(link);
    });
    if (!ended) tell_link(running);  // who answers and gives nothing is not back
}

void StreamWatch::tell_link(bool online) {
    const std::string problem = printable(feed_.problem());
    if (!online_) {
        if (online) online_ = true;
        if (!online && !problem.empty()) {
            online_ = false;
            lost_at_ = Clock::now();
            board_.notice("no stream yet: " + problem + "; it is tried again and again");
        }
        return;
    }
    if (*online_ == online) return;
    online_ = online;
    if (online) return board_.notice("the stream is there, after " + in_seconds(Clock::now() - lost_at_));
    lost_at_ = Clock::now();
    board_.notice(feed_.state() == io::StreamState::quiet
                      ? "the stream is silent"
                      : "the stream broke off" + (problem.empty() ? "" : ": " + problem) + "; it is tried again");
}

}  // namespace nightstack::tools
