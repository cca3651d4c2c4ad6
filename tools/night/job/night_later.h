// SPDX-License-Identifier: MIT
// What is done to a night whose live products are there: whatever happens meanwhile, those stay whole.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/cli/talk.h"
#include "tools/live/ledger.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/job/night_best.h"
#include "tools/night/job/night_job.h"
#include "tools/night/show/night_state.h"

namespace nightstack::tools {

// The product of a finished night whose name ends so; "" when it has none.
std::filesystem::path product_of(const Night& night, const std::string& ending);
// What became of each frame, as its live stack tells it. Throws as summary_of_state; OptionError without a stack.
LiveLedger ledger_of_products(const Night& night);

// The same in numbers.
NightCounts counts_of(const LiveLedger& ledger);

// Removes what earlier ends of the night, and calls that were broken off, have left under other names than these.
void forget_products(const Night& night, const std::vector<std::string>& files);

// Makes the best stack of a finished night, links it into its page, and has the journal know. Where it cannot be made
// there is a warning, no file, and the code is kSomeInputsFailed. `frames`: the folder they lie in. Throws Interrupted,
// when that has been told, and IoError.
BestStack add_best_stack(const NightJobOptions& options, const Night& night, const std::filesystem::path& frames,
                         Runner& runner, Talk& talk, const std::stop_token& stop);

// The exit code of a night and its best stack together.
int code_with_best(int night, const BestStack& best);

}  // namespace nightstack::tools
