// SPDX-License-Identifier: MIT
// A scope's video over HTTP: connects, splits, hands each picture to a queue, notices when none comes, connects again,
// until it is stopped. A fault of the stream is counted and told, never thrown. Every wait has an end.
//
// That no picture comes is not that the scope is gone: a stack's preview gives one picture an exposure. So there are
// two times: `quiet` is only told and counted, `lost` ends the connection. A dead connection is also found by TCP,
// within 11 s.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "io/mjpeg/part_queue.h"
#include "io/mjpeg/part_splitter.h"

namespace nightstack::io {

struct MjpegSource {
    std::string host;  // address or name
    std::uint16_t port = 8092;
    // The first one that gives a picture is kept to: a wide camera has {"/thirdstream", "/secondstream"}, by firmware.
    std::vector<std::string> paths;
};

struct MjpegTimes {
    using Milliseconds = std::chrono::milliseconds;
    Milliseconds connect{3'000};  // for address and TCP
    Milliseconds answer{5'000};   // for the answer's headers
    Milliseconds quiet{2'000};    // without a whole picture
    Milliseconds lost{10'000};    // likewise, and from the answer to the first one
    Milliseconds first_pause{500};
    Milliseconds last_pause{10'000};
};
// For a stream that gives one picture an exposure, with what a scope spends between exposures.
MjpegTimes times_for_exposures(std::chrono::milliseconds exposure);

enum class StreamState {
    stopped,
    connecting,
    waiting,  // connected, no picture yet
    running,
    quiet,
    pausing,  // before the next connection
};
std::string_view words(StreamState state);

struct MjpegCounts {
    std::uint64_t tries = 0;        // connections begun
    std::uint64_t connections = 0;  // that were answered by a stream
    std::uint64_t reconnects = 0;   // of these, after the first one
    std::uint64_t quiet = 0;        // times it became quiet
    std::uint64_t lost = 0;         // connections ended because no picture came
    SplitCounts stream;             // of all connections
};

class MjpegClient {
public:
    // Throws OptionError without a host or paths, for one that holds other than printable ASCII, and for a path that
    // does not begin with '/'. The queue must outlive the client.
    MjpegClient(MjpegSource source, const MjpegTimes& times, PartQueue& queue, const SplitLimits& limits = {});
    ~MjpegClient();
    MjpegClient(const MjpegClient&) = delete;
    MjpegClient& operator=(const MjpegClient&) = delete;

    // Streams until stopped, or a picture finds the queue closed, on the caller's thread; returns within moments then.
    // Does not close the queue. Not twice at once.
    void run(std::stop_token stop);

    // The others: any thread, at any time.
    MjpegCounts counts() const;
    StreamState state() const;
    std::string path() const;     // that is used now
    std::string problem() const;  // why the last connection ended, in printable words; "" when none did

    class News;  // for this folder's own files

private:
    const MjpegSource source_;
    const MjpegTimes times_;
    const SplitLimits limits_;
    PartQueue& queue_;
    std::unique_ptr<News> news_;
};

}  // namespace nightstack::io
