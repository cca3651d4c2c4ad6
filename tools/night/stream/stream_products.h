// SPDX-License-Identifier: MIT
// The end of a stream: the products of a film, with all pictures that came in its report. A full disk is waited for, as
// nothing of the stack lies anywhere else.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/graph/video_run.h"
#include "tools/cli/talk.h"
#include "tools/night/job/night_job.h"
#include "tools/night/show/night_board.h"
#include "tools/night/stream/stream_feed.h"

namespace nightstack::tools {

// All is borrowed.
struct StreamEnd {
    const NightJobOptions& options;
    std::filesystem::path results;
    std::chrono::system_clock::time_point begun;
    const VideoRun& run;
    const VideoOptions& video;
    const StreamFeed& feed;
    NightBoard& board;
    std::string target;
    std::size_t memory = 0;
    std::chrono::steady_clock::time_point begin;
    std::size_t tiles = 0;  // memory for tiles on their way to a file
};

struct StreamProducts {
    int code = 0;                    // exit code
    std::vector<std::string> files;  // names, the FITS first
    std::string summary;             // for people
};

StreamProducts write_stream_products(const StreamEnd& end, Runner& runner, Talk& talk);

}  // namespace nightstack::tools
