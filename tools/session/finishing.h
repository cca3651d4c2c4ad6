// SPDX-License-Identifier: MIT
// What is done to a stack after its last tile: --background and --solve where asked for, sky coordinates.
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "io/fits/cards.h"
#include "pipeline/core/runner.h"
#include "tools/cli/talk.h"
#include "tools/live/ledger.h"
#include "tools/session/products.h"
#include "tools/session/session_lights.h"
#include "tools/session/stack_facts.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

struct Finishing {
    io::FitsCards cards;                                      // more of the primary header
    std::vector<std::pair<std::string, std::string>> report;  // more of the report: key, JSON
};

// `memory_bytes` is what may still be taken; the summary has a reference. `grid`, if given, is the ledger on whose
// reference's grid the stack lies. Throws Interrupted, IoError.
Finishing finish_stack(StackWriter& stack, const StackSummary& summary, const StackFacts& facts,
                       const SessionLights& lights, const LiveLedger* grid, const StackOptions& options,
                       std::size_t memory_bytes, Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
