// SPDX-License-Identifier: MIT
#include "tools/talk_flags.h"

#include <CLI/CLI.hpp>

namespace nightstack::tools {

void add_talk_flags(CLI::App& command, bool& quiet, bool& verbose) {
    command.add_flag("-q,--quiet", quiet, "results and warnings only")->group("Talk");
    command.add_flag("-v,--verbose", verbose, "say more")->group("Talk");
}

}  // namespace nightstack::tools
