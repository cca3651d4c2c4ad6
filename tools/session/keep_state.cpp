// SPDX-License-Identifier: MIT
#include "tools/session/keep_state.h"

#include <string>

#include "pipeline/core/error.h"
#include "tools/cli/exit_code.h"
#include "tools/live/live_state.h"
#include "tools/session/applied_text.h"
#include "tools/session/stack_facts.h"
#include "tools/session/state_ledger.h"
#include "tools/session/summary_text.h"

namespace nightstack::tools {
namespace {

void save(const StackContext& c, OpenSession& open, const LiveRun& live, const LiveCanvas& canvas,
          const StackSummary& summary) {
    const KeptRun kept{open.lights.frames,
                       &summary,
                       canvas.pixels,
                       canvas.canvas.scale,
                       calstat(*open.masters, summary),
                       history(open.run, summary, *open.masters),
                       &c.options,
                       open.masters.get(),
                       live.grid(),
                       live.stack()->open_frames() > 0,
                       open.grid ? &*open.grid : nullptr};
    save_state(c.options.state, *live.stack(), ledger_of(kept), c.overwrite(), c.runner, c.stop);
}

}  // namespace

int keep_state(const StackContext& c, OpenSession& open, const LiveRun& live, const LiveCanvas& canvas,
               const StackSummary& summary, std::vector<io::Ignored>& problems) {
    const auto lost = [&](const Error& e, int code) {
        problems.push_back({c.options.state, io::IgnoreReason::unreadable,
                            "--state: the live stack was not kept, the products are there: " + std::string(e.what())});
        return code;
    };
    take_hashes(open.lights.frames, c.runner);
    try {
        save(c, open, live, canvas, summary);
    } catch (const Interrupted&) {
        throw;
    } catch (const IoError& e) {
        return lost(e, e.disk_full() ? kDiskFull : kFailed);
    } catch (const Error& e) {
        return lost(e, kFailed);
    }
    return kDone;
}

}  // namespace nightstack::tools
