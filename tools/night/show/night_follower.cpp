// SPDX-License-Identifier: MIT
#include "tools/night/show/night_follower.h"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>

namespace nightstack::tools {
namespace {

constexpr std::size_t kFramesAtOnce = 256;  // after a resume thousands may wait

void sleep_until(std::chrono::steady_clock::time_point when, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    never.wait_until(lock, stop, when, [] { return false; });
}

}  // namespace

NightFollower::NightFollower(const NightBoard& board, const NightPace& pace, std::function<void(const NightNews&)> tell)
    : board_(board), pace_(pace), tell_(std::move(tell)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

NightFollower::~NightFollower() {
    thread_.request_stop();
    thread_.join();
}

void NightFollower::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto told = std::chrono::steady_clock::now();
        const std::uint64_t seen = board_.version();
        while (!tell_news(false)) {
        }
        sleep_until(told + pace_.least, stop);
        board_.wait(seen, std::max(pace_.most - pace_.least, std::chrono::milliseconds(0)), stop);
    }
    while (!tell_news(true)) {
    }
}

bool NightFollower::tell_news(bool last) {
    NightNews news;
    // Frames first: a state that is as new as they or newer never tells of fewer.
    news.frames = board_.frames(frames_seen_, kFramesAtOnce);
    frames_seen_ += news.frames.size();
    NightBoard::Notices notices = board_.notices(notices_seen_);
    notices_seen_ = notices.said;
    news.notices = std::move(notices.texts);
    news.state = board_.state();
    const bool all = news.frames.size() < kFramesAtOnce;
    news.last = last && all;
    try {
        tell_(news);
    } catch (const std::exception&) {
        // there is nobody to tell it to
    }
    return all;
}

}  // namespace nightstack::tools
