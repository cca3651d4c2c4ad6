// SPDX-License-Identifier: MIT
// `nightstack live --stream`: its words, and what of the others it takes.
#pragma once

#include <stop_token>

#include "tools/cli/talk.h"
#include "tools/live_options.h"

namespace nightstack::tools {

// --stream and --lost-after. The values must outlive the parser.
void add_live_stream_flags(CLI::App& app, LiveOptions& options);
// --group and --lucky are there with the words of a stack; here they are of streams alone.
void name_group_flags(CLI::App& app);

// Of a night of frames. Throws OptionError for words that only streams have.
void refuse_stream_words(const LiveOptions& options);

// One call, its words read; all is borrowed. Returns an exit code; throws as run_stream_night.
struct StreamCall {
    const CLI::App& app;
    const LiveOptions& o;
    Talk& talk;
    const std::stop_token& stop;
};
int run_stream(const StreamCall& call);

}  // namespace nightstack::tools
