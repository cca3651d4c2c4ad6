// SPDX-License-Identifier: MIT
// --quiet and --verbose, the same in every command.
#pragma once

#include "tools/cli/talk.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

// The two values must outlive the command.
void add_talk_flags(CLI::App& command, bool& quiet, bool& verbose);

}  // namespace nightstack::tools
