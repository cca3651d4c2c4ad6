// SPDX-License-Identifier: MIT
#include "tools/session/open_session.h"

#include <algorithm>
#include <string>
#include <utility>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tools/live/live_state.h"
#include "tools/session/machine.h"
#include "tools/session/scratch.h"
#include "tools/session/state_ledger.h"

namespace nightstack::tools {
namespace {

void choose_reference(RunOptions& run, const StackContext& c, const SessionLights& lights) {
    if (c.options.reference.empty()) return;
    const auto it = std::find_if(lights.frames.begin(), lights.frames.end(),
                                 [&](const InputFrame& f) { return names_frame(c.options.reference, f); });
    if (it == lights.frames.end())
        throw OptionError("--reference " + io::printable(c.options.reference) + ": no such frame in the session");
    const auto position = static_cast<std::size_t>(it - lights.frames.begin());
    if (run.stream && position != 0)
        throw OptionError("--method stream: the first frame is the reference, no other can be; name it first");
    run.offline.registration.reference = position;
}

std::size_t memory_left(const StackContext& c) {
    const std::size_t used = held_bytes() + kProgramReserve;
    if (used >= c.memory) {
        throw OptionError("--memory is too small: " + std::to_string(used >> 20) +
                          " MB are in use before the first frame");
    }
    return c.memory - used;
}

// Another camera shows the stars at another scale.
void open_scale_range(MatchOptions& match, const SessionLights& lights, const LiveLedger& grid) {
    const auto other = [&](const InputFrame& f) {
        return !f.settled && (f.info.camera != grid.camera || f.file->format() != grid.format);
    };
    if (std::none_of(lights.frames.begin(), lights.frames.end(), other)) return;
    match.min_scale = 0.4;
    match.max_scale = 2.5;
}

// Reads no tiles: what lights are brought to is told by the ledger.
void take_grid(OpenSession& open, const StackContext& c) {
    if (c.options.grid.empty()) return;
    if (!c.options.reference.empty())
        throw OptionError("--grid brings its own reference, --reference cannot be another");
    StateSummary state = summary_of_state(c.options.grid);
    try {
        open.run.stream->live.grid = std::make_shared<const LiveGrid>(grid_of(state.ledger, state.options));
        check_words(c.options, state.ledger, state.options, open.run.stream->live);
    } catch (const OptionError& e) {
        throw OptionError("--grid " + io::printable(c.options.grid.string()) + ": " + e.what());
    }
    open_scale_range(open.run.stream->live.registration.match, open.lights, state.ledger);
    c.talk.say("  grid: " + io::printable(c.options.grid.string()) + ", reference " +
               io::printable(state.ledger.reference.file));
    open.grid = std::move(state.ledger);
}

}  // namespace

std::size_t take_memory(const std::string& text) {
    const std::size_t memory = text.empty() ? available_memory() / 2 : parse_bytes(text);
    const std::size_t share = (memory - std::min(memory, held_bytes() + kProgramReserve)) / 4;
    scratch().set_memory(share);
    decoded_blocks().set_budget(share);
    return memory;
}

OpenSession open_session(const StackContext& c, const io::Session& session, Hashed hashed, PhaseTimes& phases) {
    phases.begin("opening");
    OpenSession open{
        open_lights(session, c.options, c.runner, c.talk, c.stop), nullptr, run_options(c.options), {}, {}};
    choose_reference(open.run, c, open.lights);
    take_grid(open, c);
    phases.begin("masters");
    open.masters = prepare_masters(session, open.lights, c.options, c.memory - std::min(c.memory, kProgramReserve),
                                   c.runner, c.talk, c.stop);
    const std::size_t memory = memory_left(c);
    open.tiles_bytes = std::min(open.tiles_bytes, memory / 8);
    open.run.set_memory(memory - open.tiles_bytes);
    open.input = as_lights(open.lights.frames, c.options, hashed);
    open.masters->lend_to(open.input);
    return open;
}

}  // namespace nightstack::tools
