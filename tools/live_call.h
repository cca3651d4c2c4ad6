// SPDX-License-Identifier: MIT
// One call of `nightstack live`, its words read: which night it is about, and how a night is run.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "tools/cli/talk.h"
#include "tools/live_options.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/job/night_job.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

// Where the frames come from.
struct LiveWish {
    enum class Kind { watch, replay, scope, stream };
    Kind kind = Kind::watch;
    std::string place;   // folder, host, or what a stream is called
    std::string folder;  // of the frames; "" in the night's own
    std::string words() const;
};

// Everything is borrowed.
struct LiveCall {
    const CLI::App& app;
    LiveOptions& o;
    Talk& talk;
    const std::stop_token& stop;
};

// What stands first in the journal of a night that this call begins.
BegunRecord begun_now(const LiveCall& call, const LiveWish& wish, const std::string& target);
// --session, if it is said.
std::optional<std::filesystem::path> session_of(const LiveOptions& options);
OfFinished wanted_of(const LiveOptions& options);
// What `run`, which may move the night away, returns. One that the call has begun and that could not even start leaves
// nothing behind.
int guarded_night(const Night& night, const std::function<int()>& run);
// To its end. Returns an exit code; throws as run_night.
int run_one(const LiveCall& call, Night night, const MakeSource& source);

}  // namespace nightstack::tools
