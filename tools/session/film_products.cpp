// SPDX-License-Identifier: MIT
#include "tools/session/film_products.h"

#include "pipeline/graph/live_picture_tiles.h"
#include "pipeline/graph/video_colour.h"
#include "pipeline/graph/video_run.h"
#include "tools/session/results_place.h"
#include "tools/session/stack_background.h"

namespace nightstack::tools {

StackSummary film_stack_summary(const VideoRun& run) {
    StackSummary s;
    const VideoCounts& c = run.counts();
    s.stacked = c.stacked;
    s.rejected = c.rejected;
    s.failed = c.failed;
    if (run.stack() == nullptr || run.stack()->frames() == 0) return s;
    s.reference = run.reference();
    s.canvas = run.canvas().canvas;
    s.planes = run.stack()->options().planes;
    s.white_adu = 255;
    s.flags = true;
    s.aligned_by = run.by_scene() ? AlignedBy::scene : AlignedBy::stars;
    return s;
}

void write_film_products(const FilmEnd& end, Runner& runner, Talk& talk, const std::stop_token& stop) {
    FilmReport& report = end.report;
    report.summary = &end.summary;
    const MadeFolder folder(end.paths.folder());
    if (!end.summary.reference) {
        end.figures(report);
        return write_report(end.paths, end.overwrite, film_report_json(report));
    }
    StackWriter writer(end.paths, end.overwrite, end.formats, runner, stop);
    writer.begin(end.summary);
    const Rect shown = report.run->canvas().pixels;
    put_live_picture(
        *report.run->stack(), shown, end.summary, [&](const StackTile& tile) { writer.put(tile); }, runner,
        end.progress("integrating", "tiles", count_live_pieces(shown)), stop, to_rgb);
    end.phases.begin("finishing");
    writer.end_tiles();
    io::FitsCards more;
    if (end.options.background != "none") {
        const BackgroundReport background =
            remove_background(writer.planes(), background_options(end.options), runner, stop);
        talk.say("  " + background.text());
        more.history(background.text());
        report.more.emplace_back("background", background.json());
    }
    report.noise = writer.noise();
    report.scale = writer.scale();
    io::FitsCards cards = film_cards(report);
    writer.finish(cards.add(more), [&] {
        end.figures(report);
        return film_report_json(report);
    });
}

}  // namespace nightstack::tools
