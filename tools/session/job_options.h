// SPDX-License-Identifier: MIT
// From the words of the command line to the options of a run.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

#include "pipeline/graph/offline_run.h"
#include "pipeline/graph/stream_run.h"
#include "tools/session/products.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// How the lights of a session are stacked. `offline` is filled either way: most words mean the same.
struct RunOptions {
    OfflineOptions offline;
    std::optional<StreamOptions> stream;  // if given, the method is this one

    void set_memory(std::size_t bytes);
};

// Everything but memory and the reference, which need the inputs. Throws OptionError.
RunOptions run_options(const StackOptions& options);

// What a stream run would cost whose words differ in demosaic and framing only; empty where it cannot be.
std::optional<StreamMemory> stream_memory_with(const StackOptions& options, const StreamFormat& format,
                                               const std::string& demosaic, const std::string& framing);

// The session's lights by the method that was chosen. Throws as the two runs do.
StackSummary run_lights(std::span<const Light> lights, const RunOptions& options, const StackSink& sink, Runner& runner,
                        const PhaseProgress& progress, const std::stop_token& stop);

// --rejection in full: "sigma 3 2.5". Throws OptionError.
std::string rejection_words(const StackOptions& options);

// Which files the user wants, and how the values stand in them.
ProductFormats product_formats(const StackOptions& options);

}  // namespace nightstack::tools
