// SPDX-License-Identifier: MIT
// One `nightstack live --stream` call, from the address to the products. A stream cannot be played again, and its stack
// is not kept: however the night is ended, its products are written.
#pragma once

#include <stop_token>

#include "io/mjpeg/mjpeg_client.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/talk.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/job/night_job.h"
#include "tools/night/stream/stream_place.h"

namespace nightstack::tools {

struct StreamWish {
    StreamPlace place;
    io::MjpegTimes times;
};

// Returns an exit code (0, 3, 4). A stop ends the night, writes its products and then throws Interrupted. Throws
// OptionError (what cannot be stacked is told before the night begins), IoError.
int run_stream_night(const NightJobOptions& options, const StreamWish& wish, Night night, TbbRunner& runner, Talk& talk,
                     const std::stop_token& stop);

// What of these words a stream has no use for. Throws OptionError.
void check_stream_words(const StackOptions& options);

}  // namespace nightstack::tools
