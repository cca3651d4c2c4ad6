// SPDX-License-Identifier: MIT
#include "tools/session/state_products.h"

#include "io/files/file.h"
#include "pipeline/graph/live_picture_tiles.h"
#include "tools/session/carried_wcs.h"
#include "tools/session/report.h"
#include "tools/session/run_figures.h"
#include "tools/session/stack_facts.h"
#include "tools/session/summary_text.h"
#include "tools/version.h"

namespace nightstack::tools {

Rect shown_pixels(const Canvas& c) {
    return {static_cast<int>(c.x0 * c.scale), static_cast<int>(c.y0 * c.scale), c.width, c.height};
}

void write_state_products(StackWriter& writer, const StateProducts& of, PhaseTimes& phases, Runner& runner, Talk& talk,
                          const std::stop_token& stop) {
    StackSummary& summary = of.told.summary;
    writer.begin(summary);
    const Rect shown = shown_pixels(summary.canvas);
    put_live_picture(
        of.state.stack, shown, summary, [&](const StackTile& tile) { writer.put(tile); }, runner, {}, stop);
    writer.end_tiles();
    const StackFacts facts = facts_of(of.told.lights, summary);
    const LiveLedger& ledger = of.state.ledger;
    const CarriedWcs carried = carried_wcs(ledger.sky, ledger.format.height, ledger.reference.file, summary.canvas);
    if (!carried.text.empty()) talk.say("  " + carried.text);
    const SessionMasters none;
    StackReport report;
    report.more.emplace_back("wcs", carried.found ? "\"reference\"" : "null");
    if (!of.told.has_reference) report.reference = io::printable(ledger.reference.file);
    report.version = kProgram;
    report.settings = of.settings;
    report.lights = of.told.lights;
    report.masters = of.masters != nullptr ? of.masters : &none;
    report.summary = &summary;
    report.noise = writer.noise();
    report.scale = writer.scale();
    report.livetime_s = facts.livetime_s;
    io::FitsCards cards = stack_cards(facts, summary, ledger.calibration, retold_history(ledger.history, summary),
                                      of.options.bits == 16 ? report.scale : std::nullopt);
    writer.finish(
        cards.add(carried.cards),
        [&] {
            report.run = run_figures(of.begin, runner);
            report.run.phases = phases.times();
            return report_json(report);
        },
        page_words(facts));
}

}  // namespace nightstack::tools
