// SPDX-License-Identifier: MIT
// One `nightstack verify` call: the recipe of a report is run again and its pixels are compared.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "pipeline/core/runner.h"
#include "tools/cli/talk.h"
#include "tools/session/recorded_stack.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

struct VerifyOptions {
    std::filesystem::path report;  // RESULT.json, or the FITS beside it
    std::filesystem::path inputs;  // where to look for inputs that are not where they were; "" = nowhere
    std::string memory;            // "" = half of what is free
    int threads = 0;
    bool json = false, quiet = false, verbose = false;

    std::filesystem::path json_path() const { return std::filesystem::path(report).replace_extension(".json"); }
    std::filesystem::path fits_path() const { return std::filesystem::path(report).replace_extension(".fits"); }
};

// `recipe` are the report's options; where the inputs lie now is put in here. Returns kDone when all pixels are
// the same, kFailed when they are not, kNoUsableFrame when there is no stack to compare with, kSomeInputsFailed when an
// input is missing or has changed. Leaves no file behind. Throws OptionError, Interrupted.
int run_verify(const VerifyOptions& options, const RecordedStack& stack, StackOptions recipe, Runner& runner,
               Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
