// SPDX-License-Identifier: MIT
// --solve: where on the sky a finished stack lies.
#pragma once

#include <stop_token>
#include <string>

#include "io/fits/cards.h"
#include "pipeline/core/frame.h"
#include "pipeline/core/runner.h"
#include "tools/session/products.h"
#include "tools/session/stack_facts.h"
#include "tools/solve/solve_field.h"

namespace nightstack::tools {

// What is known of scale and place before: the header's focal length and pixel size, else the camera's from the table
// of known scopes; the commanded pointing. `lights` is the format of the frames as they came.
SolveHints solve_hints(const StackSummary& summary, const StackFacts& facts, const StreamFormat& lights);

struct StackSolution {
    bool solved = false;
    io::FitsCards cards;  // of the primary header; none when not solved
    std::string json;     // the report's `solve`
    std::string text;     // one sentence
};

// Finds stars on the mixed planes (of a very large canvas, or with little memory, on its middle) and has them solved.
// Never throws for a solver that is missing or fails; Interrupted, IoError as everywhere.
StackSolution solve_stack(const StackWriter& stack, const StackSummary& summary, const StackFacts& facts,
                          const StreamFormat& lights, std::size_t memory_bytes, std::chrono::seconds wall,
                          Runner& runner, const std::stop_token& stop);

}  // namespace nightstack::tools
