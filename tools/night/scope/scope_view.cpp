// SPDX-License-Identifier: MIT
#include "tools/night/scope/scope_view.h"

#include <algorithm>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/mjpeg/jpeg_walk.h"
#include "tools/cli/pause.h"
#include "tools/scope/scope_streams.h"

namespace nightstack::tools {
namespace {

constexpr std::chrono::milliseconds kLookAgain{100};       // whether it is still wanted
constexpr std::chrono::milliseconds kAfterFailure{5'000};  // of ours: no memory, no thread

io::MjpegSource source_of(const ScopePlace& place, std::vector<std::string> paths) {
    return {place.host, static_cast<std::uint16_t>(place.ports.http), std::move(paths)};
}

// Newer firmware has no stream of its captures.
std::vector<std::string> capture_paths() {
    std::vector<std::string> paths = stream_paths(ScopeStream::raw);
    for (std::string& other : stream_paths(ScopeStream::tele)) paths.push_back(std::move(other));
    return paths;
}

bool is_capture(const std::string& path) { return path == stream_paths(ScopeStream::raw).front(); }

}  // namespace

ScopeView::ScopeView(const ScopePlace& place, const ViewTimes& times)
    : times_(times),
      queue_(1),
      video_(source_of(place, stream_paths(ScopeStream::tele)), times_.video, queue_, {.part = kLargestPicture}),
      exposures_(source_of(place, capture_paths()), times_.exposures, queue_, {.part = kLargestPicture}),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

ScopeView::~ScopeView() = default;

std::optional<NightVideo> ScopeView::ask(bool raw) {
    std::optional<Newest> newest;
    const Moment now = std::chrono::steady_clock::now();
    {
        const std::scoped_lock lock(mutex_);
        asked_ = now;
        raw_ = raw;
        newest = newest_;
    }
    news_.notify_all();
    if (!newest || now - newest->arrived > newest->fresh) return std::nullopt;
    newest->video.age =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::max(now - newest->arrived, Moment::duration(0)));
    newest->video.pictures = queue_.counts().pushed;
    return std::move(newest->video);
}

bool ScopeView::wanted() const { return asked_ && std::chrono::steady_clock::now() - *asked_ < times_.unasked; }

bool ScopeView::goes_on(bool raw) const {
    const std::scoped_lock lock(mutex_);
    return wanted() && raw_ == raw;
}

void ScopeView::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            if (!news_.wait(lock, stop, [this] { return wanted(); })) return;
        }
        try {
            read(stop);
        } catch (const std::exception&) {  // the night needs what there was too little of
            pause(kAfterFailure, stop);
        }
    }
}

// One of the two streams, until the other is asked for, or none.
void ScopeView::read(const std::stop_token& stop) {
    bool raw = false;
    {
        const std::scoped_lock lock(mutex_);
        raw = raw_;
    }
    io::MjpegClient& client = raw ? exposures_ : video_;
    std::exception_ptr thrown;
    std::stop_source ended;
    std::jthread receiver([&](const std::stop_token& over) {
        try {
            client.run(over);
        } catch (...) {
            thrown = std::current_exception();
        }
        ended.request_stop();
    });
    while (!stop.stop_requested() && !ended.stop_requested() && goes_on(raw))
        take(client, std::chrono::steady_clock::now() + kLookAgain);
    receiver.request_stop();
    receiver.join();
    take(client, {});  // what waits is of this stream
    if (thrown) std::rethrow_exception(thrown);
}

// Others get the bytes as they came, so both ends are looked at once more.
void ScopeView::take(const io::MjpegClient& client, Moment until) {
    io::StreamPart part;
    if (!queue_.pop(part, until) || !io::starts_picture(part.jpeg) || !io::ends_picture(part.jpeg)) return;
    const std::string path = client.path();
    Newest newest{{path.substr(1), 0, {}, std::make_shared<const std::vector<std::byte>>(std::move(part.jpeg))},
                  part.arrived,
                  is_capture(path) ? times_.fresh_exposure : times_.fresh};
    const std::scoped_lock lock(mutex_);
    newest_ = std::move(newest);
}

}  // namespace nightstack::tools
