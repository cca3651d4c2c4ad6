// SPDX-License-Identifier: MIT
// The pictures of a stream on their way to the stack: received on a thread of its own, which does nothing else, and
// kept in a bounded queue until they are asked for. What there is no room for goes before anybody has decoded it, and
// is counted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "io/mjpeg/mjpeg_client.h"

namespace nightstack::tools {

struct FeedOptions {
    io::MjpegSource source;
    io::MjpegTimes times;
    std::size_t waiting = 128;                          // pictures
    std::size_t waiting_bytes = std::size_t{64} << 20;  // of them, the last one aside
    std::size_t picture_bytes = std::size_t{8} << 20;   // a larger one is none
    std::optional<std::uint64_t> pictures;              // ends when so many have come
    std::optional<std::chrono::milliseconds> time;      // ends after so long
    // What `FeedOptions` of this kind hold at most, with what a batch of the stack has in hand.
    std::size_t bytes() const;
};

// At one moment. Every picture that came is waiting, taken, missed or repeated.
struct FeedCounts {
    std::uint64_t came = 0;
    std::uint64_t waiting = 0, taken = 0;
    std::uint64_t missed = 0;    // there was no room any more
    std::uint64_t repeated = 0;  // the same as the one before, byte by byte
    std::uint64_t broken = 0;    // parts of the stream that held no whole picture; not among those that came
    bool hold() const { return came == waiting + taken + missed + repeated; }
};

class StreamFeed {
public:
    // Begins to receive; ends by itself by the options, and with the stop. Throws as MjpegClient.
    StreamFeed(const FeedOptions& options, const std::stop_token& stop);
    ~StreamFeed();
    StreamFeed(const StreamFeed&) = delete;
    StreamFeed& operator=(const StreamFeed&) = delete;

    // Waits for the next picture and puts it into `jpeg`, whose memory is used again here. False: it has ended, and all
    // that had come was taken. One thread. Throws what has ended the receiving and is no fault of the stream: no
    // memory.
    bool next(std::vector<std::byte>& jpeg);

    // The others: any thread.
    void end();  // nothing comes any more; what waits can still be taken
    bool ended() const { return queue_.closed(); }
    FeedCounts counts() const;
    io::MjpegCounts received() const { return client_.counts(); }
    io::StreamState state() const { return client_.state(); }
    std::string problem() const { return client_.problem(); }

private:
    void receive(const std::stop_token& stop);

    io::PartQueue queue_;
    io::MjpegClient client_;
    io::StreamPart part_;
    std::mutex mutex_;
    std::exception_ptr thrown_;  // by the receiver
    std::jthread receiver_, timer_;
    std::stop_callback<std::function<void()>> stopped_;
};

}  // namespace nightstack::tools
