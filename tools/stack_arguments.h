// SPDX-License-Identifier: MIT
// How the options of `nightstack stack` look on the command line.
#pragma once

#include "tools/session/stack_options.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

void add_stack_options(CLI::App& command, StackOptions& options);

}  // namespace nightstack::tools
