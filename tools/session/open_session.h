// SPDX-License-Identifier: MIT
// A session ready to be run: its lights opened, what they are calibrated with at hand, the options of the run filled
// in.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "io/files/output_file.h"
#include "io/session/session_scan.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/light.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/live/ledger.h"
#include "tools/session/job_options.h"
#include "tools/session/masters.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/session_lights.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Of --memory, left to code, stacks of threads, and what libraries keep: measured about 30 MB.
inline constexpr std::size_t kProgramReserve = std::size_t{48} << 20;

// The ceiling that --memory ("" half of what is free) asks for; unpacked frames and decoded blocks get their shares of
// it. Throws OptionError.
std::size_t take_memory(const std::string& memory);

// What all steps of a stacking job have in common; borrowed.
struct StackContext {
    const StackOptions& options;
    const std::vector<Setting>& settings;
    Runner& runner;
    Talk& talk;
    const std::stop_token& stop;
    std::size_t memory = 0;  // ceiling of the whole process
    io::Overwrite overwrite() const { return options.force ? io::Overwrite::yes : io::Overwrite::no; }
};

// `input` borrows from lights and masters.
struct OpenSession {
    SessionLights lights;
    std::unique_ptr<SessionMasters> masters;
    RunOptions run;
    std::vector<Light> input;
    std::optional<LiveLedger> grid;                             // of the live stack on whose grid this one lies
    std::size_t tiles_bytes = ProductFormats{}.gathered_bytes;  // for tiles on their way to a file
};

// Lights, the --grid they are to lie on, masters, in this order: what cannot work is refused before masters are built.
// Throws OptionError, IoError, FormatError, Interrupted.
OpenSession open_session(const StackContext& context, const io::Session& session, Hashed hashed, PhaseTimes& phases);

}  // namespace nightstack::tools
