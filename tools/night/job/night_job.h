// SPDX-License-Identifier: MIT
// One `nightstack live` call, from a source to the products of the night.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/job/night_show.h"
#include "tools/night/show/night_server.h"
#include "tools/night/source/night_source.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// The offline stack of the same frames at best quality.
enum class BestStackWish {
    no,
    now,    // when the products are there
    later,  // recorded as due: another call makes it
};

struct NightJobOptions {
    StackOptions stack;                                // method stream; json, quiet and verbose of the call
    std::vector<Setting> settings;                     // of the stack, for the report
    bool until_now = false;                            // what is there is taken, and the night ends
    std::optional<std::uint64_t> until_frames;         // ends when so many have come
    std::optional<std::chrono::milliseconds> until_s;  // ends after this long
    std::chrono::seconds checkpoint_after{900};
    std::optional<NightServerOptions> http;  // serve the night there
    NightShowOptions show;
    bool html = true;
    BestStackWish best = BestStackWish::no;
    bool stay_awake = false;  // the computer does not go to sleep meanwhile
};

// What a source has of the night it is for; any thread, as long as the night runs.
struct SourceLinks {
    std::filesystem::path folder;                 // of the night
    std::function<void(std::string)> keep;        // into the journal; safe when it returns
    std::vector<std::string> kept;                // by earlier runs
    std::function<void(const NightScope&)> show;  // on the board
    std::function<bool(const std::string&)> ask;  // a person; none: nobody is there
};
// Makes the source of the night, whose folder is there, once.
using MakeSource = std::function<std::unique_ptr<NightSource>(const SourceLinks& links)>;

// Runs the night to its end and writes its products; a stop leaves a checkpoint and throws Interrupted. Of a night that
// is finished makes its best stack. Returns an exit code (0, 3, 4). Throws as NightRun and StackWriter.
int run_night(const NightJobOptions& options, Night night, const MakeSource& make_source, TbbRunner& runner, Talk& talk,
              const std::stop_token& stop);

}  // namespace nightstack::tools
