// SPDX-License-Identifier: MIT
#include "tools/session/finishing.h"

#include "tools/session/carried_wcs.h"
#include "tools/session/plate_solve.h"
#include "tools/session/stack_background.h"

namespace nightstack::tools {

Finishing finish_stack(StackWriter& stack, const StackSummary& summary, const StackFacts& facts,
                       const SessionLights& lights, const LiveLedger* grid, const StackOptions& options,
                       std::size_t memory_bytes, Runner& runner, Talk& talk, const std::stop_token& stop) {
    Finishing done;
    std::string wcs = "null";
    const BackgroundOptions background = background_options(options);
    if (background.kind != BackgroundKind::none) {
        const BackgroundReport report = remove_background(stack.planes(), background, runner, stop);
        talk.say("  " + report.text());
        done.cards.history(report.text());
        done.report.emplace_back("background", report.json());
    }
    if (options.solve) {
        const StackSolution solution = solve_stack(stack, summary, facts, lights.format, memory_bytes,
                                                   std::chrono::seconds(options.solve_timeout), runner, stop);
        if (solution.solved) {
            talk.say("  " + solution.text);
        } else {
            talk.warn(solution.text);
        }
        done.cards.add(solution.cards);
        done.report.emplace_back("solve", solution.json);
        if (solution.solved) wcs = "\"solve\"";
    }
    if (wcs == "null") {
        const CarriedWcs carried =
            grid != nullptr ? carried_wcs(grid->sky, grid->format.height, grid->reference.file, summary.canvas)
                            : carried_wcs(lights.frames[*summary.reference], summary.canvas);
        if (!carried.text.empty()) talk.say("  " + carried.text);
        if (carried.found) wcs = "\"reference\"";
        done.cards.add(carried.cards);
    }
    done.report.emplace_back("wcs", wcs);
    return done;
}

}  // namespace nightstack::tools
