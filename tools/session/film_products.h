// SPDX-License-Identifier: MIT
// The end of a film, or of a stream that was stacked as one: its files.
#pragma once

#include <functional>
#include <stop_token>

#include "pipeline/core/runner.h"
#include "pipeline/graph/offline_run.h"
#include "tools/cli/talk.h"
#include "tools/session/film_report.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Of a run at its end. Without a stack it has no reference.
StackSummary film_stack_summary(const VideoRun& run);

// All is borrowed.
struct FilmEnd {
    const StackOptions& options;
    const ProductPaths& paths;
    io::Overwrite overwrite;
    ProductFormats formats;
    StackSummary& summary;                     // gains its percentages
    FilmReport& report;                        // of that summary; all but noise and scale
    std::function<void(FilmReport&)> figures;  // fills in those of the run, at the last moment
    PhaseTimes& phases;
    const PhaseProgress& progress;
};

// The stack's files; of a film without a usable picture the report alone. Throws OptionError, IoError, Interrupted.
void write_film_products(const FilmEnd& end, Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
