// SPDX-License-Identifier: MIT
// The words a night was begun with, taken once more by a call that goes on with it, or changes what came of it.
#pragma once

#include "tools/live_options.h"
#include "tools/night/core/night_records.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

// Into `app` and `options`, which add_live_options has joined: the night's own words, then those of its last call that
// may be otherwise, unless `call` says them anew; of `call` also what is of the machine. Throws OptionError for a word
// that cannot be changed any more, and for one that this nightstack does not know.
void take_night_words(CLI::App& app, LiveOptions& options, const BegunRecord& begun, const CLI::App& call,
                      const LiveOptions& said);

}  // namespace nightstack::tools
