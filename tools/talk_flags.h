// SPDX-License-Identifier: MIT
// --quiet and --verbose, the same in every command.
#pragma once

#include <CLI/CLI.hpp>

#include "tools/cli/talk.h"

namespace nightstack::tools {

inline Loudness loudness(bool quiet, bool verbose) {
    if (quiet) return Loudness::quiet;
    return verbose ? Loudness::verbose : Loudness::normal;
}

inline void add_talk_flags(CLI::App& command, bool& quiet, bool& verbose) {
    command.add_flag("-q,--quiet", quiet, "results and warnings only")->group("Talk");
    command.add_flag("-v,--verbose", verbose, "say more")->group("Talk");
}

}  // namespace nightstack::tools
