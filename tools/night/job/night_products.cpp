// SPDX-License-Identifier: MIT
#include "tools/night/job/night_products.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "io/files/file.h"
#include "io/files/output_file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/night/show/night_picture.h"
#include "tools/night/sky/annotate.h"
#include "tools/night/sky/field_view.h"
#include "tools/report_page/report_page.h"
#include "tools/session/job_options.h"
#include "tools/session/phase_times.h"
#include "tools/session/product_name.h"
#include "tools/session/products.h"
#include "tools/session/results_place.h"
#include "tools/session/stack_facts.h"
#include "tools/session/state_export.h"
#include "tools/session/state_ledger.h"
#include "tools/session/state_products.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

ProductPaths named(const fs::path& results, const ToldRun& told, const std::string& target) {
    const StackFacts facts = facts_of(told.lights, told.summary);
    const std::string& object = facts.object.empty() ? target : facts.object;
    return {results / (product_name(object, facts.first_start, told.summary.stacked, facts.exposure) + ".fits")};
}

// What is in the picture, which way north is, how large it is.
void write_captions(const fs::path& path, const NightEnd& end, const Canvas& canvas, Runner& runner) {
    const Rect shown = shown_pixels(canvas);
    const Wcs wcs = wcs_on(*end.sky, canvas);
    NightPictureOptions options{end.state.ledger.white_adu, 2400, {}};
    options.draw = [&](std::span<std::uint8_t> rgb, int width, int height, int factor) {
        const Wcs mine = wcs_shown(wcs, 1.0 / factor);
        annotate(rgb, width, height, mine, objects_in(mine, width, height), end.shown.target);
    };
    const std::vector<std::byte> png = night_picture(end.state.stack.snapshot(shown, runner), shown, options, runner);
    io::OutputFile file(path, io::Overwrite::yes);
    file.append(png);
    file.publish();
}

constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;  // that a page could take in

std::string bytes_of(const fs::path& path) {
    std::error_code error;
    return fs::exists(path, error) ? io::read_text_file(path, kMostBytes) : "";
}

// What became of each frame, how the stack grew: from the report that was just written.
void write_night_page(const fs::path& path, const ProductPaths& paths, const fs::path& captions, const NightEnd& end) {
    const std::string png = bytes_of(paths.png()), annotated = bytes_of(captions);
    ReportPageInput input;
    input.report = bytes_of(paths.json());
    input.picture = std::as_bytes(std::span(png));
    input.annotated = std::as_bytes(std::span(annotated));
    input.noise = end.shown.progress.noise;
    input.fit = end.shown.progress.fit;
    input.title = end.shown.target.empty() ? paths.fits.stem().string() : end.shown.target;
    if (!end.shown.sky.text.empty()) input.facts.emplace_back("Where it looks", end.shown.sky.text);
    if (end.shown.flip)
        input.facts.emplace_back("After the meridian",
                                 "since " + end.shown.flip->file + " " + end.shown.flip->sky.text);
    if (!end.shown.progress.advice.empty()) input.facts.emplace_back("For the next night", end.shown.progress.advice);
    io::OutputFile file(path, io::Overwrite::yes);
    file.append(report_page(input));
    file.publish();
}

}  // namespace

std::vector<fs::path> calibration_files(const SessionMasters& masters) {
    std::vector<fs::path> files;
    for (const InputFrame& input : masters.inputs) files.push_back(input.path);
    return files;
}

NightProducts write_night_products(const NightEnd& end, Runner& runner, Talk& talk, const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
    PhaseTimes phases;
    const MadeFolder folder(end.results);
    ToldRun told = told_run(end.state.ledger, end.state.stack);
    const ProductPaths paths = named(end.results, told, end.shown.target);
    NightProducts done;
    // The state first: it is as it was before the finishing pass, and from it all the rest can be made again.
    phases.begin("keeping");
    const auto beside = [&](const std::string& ending) {
        return paths.fits.parent_path() / (paths.fits.stem().string() + ending);
    };
    const fs::path state = beside(".nst"), captions = beside("_annotated.png"), page = beside(".html");
    const std::vector<fs::path> all{paths.fits, paths.png(), captions, page, paths.tiff(), paths.json(), state};
    std::vector<std::string> names;
    for (const fs::path& file : all) names.push_back(file.filename().string());
    end.about_to_write(names);
    end.insist([&] { save_state(state, end.state.stack, end.state.ledger, io::Overwrite::yes, runner, stop); });
    if (end.options.stack.finish) {
        try {
            finish_state(end.state, told, {end.frames, calibration_files(end.masters)}, end.memory, phases, runner,
                         talk, stop);
            done.unread = told.summary.finish && !told.summary.finish->unread.empty();
        } catch (const OptionError& e) {  // before a pixel was touched
            talk.warn("--finish was left out, the picture is there without it: " + std::string(e.what()));
            done.unread = true;
        }
    }
    phases.begin("integrating");
    const StackSummary before = told.summary;  // writing counts what was rejected
    end.insist([&] {
        told.summary = before;
        StackWriter writer(paths, io::Overwrite::yes, product_formats(end.options.stack), runner, stop);
        write_state_products(writer, {end.state, told, end.options.stack, end.options.settings, &end.masters, begin},
                             phases, runner, talk, stop);
    });
    if (end.sky && end.options.stack.png != "none")
        end.insist([&] { write_captions(captions, end, told.summary.canvas, runner); });
    if (end.options.html) end.insist([&] { write_night_page(page, paths, captions, end); });
    done.files = names_there(all);
    return done;
}

}  // namespace nightstack::tools
