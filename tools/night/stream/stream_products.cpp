// SPDX-License-Identifier: MIT
#include "tools/night/stream/stream_products.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>
#include <system_error>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/night/core/disk_patience.h"
#include "tools/night/stream/stream_counts.h"
#include "tools/session/film_products.h"
#include "tools/session/job_options.h"
#include "tools/session/product_name.h"
#include "tools/session/run_figures.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

FilmCounts counts_of(const VideoCounts& judged, const FeedCounts& feed) {
    const NightCounts c = stream_counts(judged, feed);
    assert(c.under_way == 0);
    return {c.in, c.stacked, c.rejected, c.dropped, c.failed, stream_reasons(judged, feed)};
}

// How it came: member `stream` of the report.
std::string stream_text(const StreamEnd& end, const FeedCounts& feed) {
    const io::MjpegCounts received = end.feed.received();
    nlohmann::ordered_json broken = nlohmann::ordered_json::object();
    for (std::size_t i = 0; i < io::kPartDrops; ++i) {
        const auto why = static_cast<io::PartDrop>(i);
        if (const std::uint64_t count = received.stream.dropped_for(why); count > 0)
            broken[std::string(io::words(why))] = count;
    }
    const nlohmann::ordered_json json = {{"pictures", feed.came},
                                         {"missed", feed.missed},
                                         {"repeated", feed.repeated},
                                         {"broken", broken},
                                         {"connections", received.connections},
                                         {"lost", received.lost},
                                         {"bytes", received.stream.bytes}};
    return json.dump();
}

ProductPaths paths_of(const StreamEnd& end, std::size_t stacked) {
    const auto utc = std::chrono::time_point_cast<UtcTime::duration>(end.begun);
    const std::string name = product_name(end.target.empty() ? "stream" : end.target, utc, stacked, std::nullopt);
    return {end.results / (name + ".fits"), end.options.html};
}

}  // namespace

StreamProducts write_stream_products(const StreamEnd& end, Runner& runner, Talk& talk) {
    const std::stop_token never;
    const FeedCounts feed = end.feed.counts();
    StackSummary summary = film_stack_summary(end.run);
    const ProductPaths paths = paths_of(end, summary.stacked);
    ProductFormats formats = product_formats(end.options.stack);
    formats.gathered_bytes = end.tiles;
    PhaseTimes phases;
    phases.begin("integrating");
    FilmReport begun{
        &end.options.settings, {}, counts_of(end.run.counts(), feed), &end.run, &end.video, &summary, {}, {}, {}, {}};
    begun.film.inputs.emplace_back(printable(end.board.state().source), "MJPEG stream");
    begun.film.dropped_parts = feed.broken;
    begun.more.emplace_back("stream", stream_text(end, feed));
    const auto figures = [&](FilmReport& r) {
        r.figures = run_figures(end.begin, runner);
        r.figures.memory_mb = static_cast<double>(end.memory) / (1 << 20);
        r.figures.phases = phases.times();
    };
    const PhaseProgress unseen = [](const char*, const char*, int) { return [] {}; };
    FilmReport report;
    insist(end.board, never, [&] {
        report = begun;
        write_film_products(
            {end.options.stack, paths, io::Overwrite::yes, formats, summary, report, figures, phases, unseen}, runner,
            talk, never);
    });
    StreamProducts products;
    products.files = names_there({paths.fits, paths.png(), paths.tiff(), paths.json(), paths.html()});
    if (!summary.reference) {
        products.code = kNoUsableFrame;
        products.summary = film_counts_text(report.counts);
        return products;
    }
    products.code = report.counts.failed > 0 ? kSomeInputsFailed : kDone;
    products.summary = film_summary(report);
    return products;
}

}  // namespace nightstack::tools
