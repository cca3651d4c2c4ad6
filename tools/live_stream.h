// SPDX-License-Identifier: MIT
// `nightstack live --stream`: its words, and what of the others it takes.
#pragma once

#include "tools/live_call.h"

namespace nightstack::tools {

// --stream and --lost-after. The values must outlive the parser.
void add_live_stream_flags(CLI::App& app, LiveOptions& options);
// --group and --lucky are there with the words of a stack; here they are of streams alone.
void name_group_flags(CLI::App& app);

// Of a night of frames. Throws OptionError for words that only streams have.
void refuse_stream_words(const LiveOptions& options);

// Returns an exit code; throws as run_stream_night.
int run_stream(const LiveCall& call);

}  // namespace nightstack::tools
