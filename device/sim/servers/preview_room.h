// SPDX-License-Identifier: MIT
// Where the pictures of the streams are made while somebody looks at them: one thread, which draws the stream that has
// waited longest and rests as long as it has worked, so that the twin and its RAW frames come first. The streams repeat
// what it gave last. picture() from the loop's thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "device/sim/servers/twin_streams.h"

namespace nightstack::device::sim {

class PreviewRoom {
public:
    // `failed` is called on the room's thread with words why a picture could not be made. `size`: what streams show
    // besides kOtherStreamSize.
    PreviewRoom(std::shared_ptr<Viewfinder> viewfinder, StreamSize size,
                std::function<void(const std::string&)> failed);
    ~PreviewRoom();  // what is being drawn is finished
    PreviewRoom(const PreviewRoom&) = delete;
    PreviewRoom& operator=(const PreviewRoom&) = delete;

    // The newest of its stream; none before the first one is made. `now` gives what the camera sees when another one
    // is to be made.
    using Now = std::function<std::optional<Exposed>()>;
    StreamShot picture(const StreamWish& wish, const Now& now);

private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Job {
        std::optional<Exposed> live;  // nothing: of the RAW capture
        int source = 0;
        int quality = 60;
        std::uint64_t captured = 0;
    };
    struct Stream {
        std::vector<std::shared_ptr<const std::string>> jpegs;  // one for each of sizes_
        std::uint64_t number = 0;
        std::optional<Job> waiting;
        Job shown;           // what the jpegs are of
        Moment waits_since;  // of `waiting`
        Moment asked;        // last
        bool drawing = false;
    };
    std::optional<Job> wanted(const Stream& stream, const StreamWish& wish, const Now& now) const;
    void work(const std::stop_token& stop);
    Stream* next();
    void draw(Stream& stream, std::unique_lock<std::mutex>& lock);

    const std::shared_ptr<Viewfinder> viewfinder_;
    const std::vector<StreamSize> sizes_;
    const std::function<void(const std::string&)> failed_;
    std::mutex mutex_;  // guards what follows
    std::condition_variable_any changed_;
    Stream streams_[3];
    std::uint64_t drawn_ = 0;
    std::string last_failure_;  // the thread's own
    std::jthread worker_;       // last: it uses the rest
};

}  // namespace nightstack::device::sim
