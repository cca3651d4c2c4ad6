// SPDX-License-Identifier: MIT
// What is done to a stack after its last tile, where asked for: --background, --solve.
#pragma once

#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "io/fits/cards.h"
#include "pipeline/core/runner.h"
#include "tools/cli/talk.h"
#include "tools/session/products.h"
#include "tools/session/stack_facts.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

struct Finishing {
    io::FitsCards cards;                                      // more of the primary header
    std::vector<std::pair<std::string, std::string>> report;  // more of the report: key, JSON
};

// `lights` is the format of the frames, `memory_bytes` what may still be taken. Throws Interrupted, IoError.
Finishing finish_stack(StackWriter& stack, const StackSummary& summary, const StackFacts& facts,
                       const StreamFormat& lights, const StackOptions& options, std::size_t memory_bytes,
                       Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
