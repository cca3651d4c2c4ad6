// SPDX-License-Identifier: MIT
// What a stacking job says while it runs, to people and as --json events.
#pragma once

#include <optional>

#include "pipeline/graph/offline_run.h"
#include "tools/cli/talk.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/session_lights.h"

namespace nightstack::tools {

void tell_session(Talk& talk, const io::Session& session);

// Bars or lines of the phases of a run.
PhaseProgress show_progress(Talk& talk);

// What became of each frame, as far as the user wants to hear it. A frame that could not be opened
// has had its line already.
void tell_frames(Talk& talk, const SessionLights& lights, const StackSummary& summary);

// A finishing pass, with the time of the phase "rebuilding"; `threads` are those of the run.
void tell_finish(Talk& talk, const StackSummary& summary, const PhaseTimes& phases, int threads);

// The end of a session's work. `fits` and `png` are null in the event when they were not written,
// `json` when there is no report either, `html` when there is no page of it. `problems` are those of the scan.
enum class Written { stack_and_png, stack, report, nothing };
void tell_done(Talk& talk, const ProductPaths& paths, Written written, const StackSummary& summary,
               std::size_t problems);

// One of several sessions that could not be stacked at all. Returns `code`.
int tell_refused(Talk& talk, const io::Session& session, const char* why, int code);

}  // namespace nightstack::tools
