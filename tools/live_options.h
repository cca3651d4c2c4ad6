// SPDX-License-Identifier: MIT
// The words of `nightstack live`, and what of them makes a night.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tools/cli/settings.h"
#include "tools/live_scope.h"
#include "tools/night/job/night_job.h"
#include "tools/session/stack_options.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

struct LiveOptions {
    StackOptions stack;
    std::filesystem::path watch, replay, resume, session;
    std::string stream;
    double lost_after_s = 0;  // of a stream; 0: by its kind
    LiveScope scope;
    std::vector<std::string> said;  // options that this call itself names
    std::string until = "end";
    double quiet_s = 0;
    std::string http;
    bool no_browser = false, no_solve = false, no_html = false, best = false;
    double snr = 0;
    int checkpoint_s = 900;
};

// The value must outlive the parser.
void add_live_options(CLI::App& app, LiveOptions& options);

// All of a call that is no source. Throws OptionError.
NightJobOptions job_of(const CLI::App& app, const LiveOptions& options);

// Settings that may be otherwise in the next call of the same night.
bool is_of_the_call(const std::string& key);
// Those of the machine and the talk, from one call to another.
void take_machine(LiveOptions& to, const LiveOptions& from);
// As JSON: what a night is begun with, and how this call wants it to go on.
std::string night_settings(const CLI::App& app);
std::string call_settings(const CLI::App& app);

}  // namespace nightstack::tools
