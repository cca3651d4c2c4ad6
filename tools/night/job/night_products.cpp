// SPDX-License-Identifier: MIT
#include "tools/night/job/night_products.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "io/files/output_file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/night/show/night_picture.h"
#include "tools/night/sky/annotate.h"
#include "tools/night/sky/field_view.h"
#include "tools/session/job_options.h"
#include "tools/session/phase_times.h"
#include "tools/session/product_name.h"
#include "tools/session/products.h"
#include "tools/session/stack_facts.h"
#include "tools/session/state_export.h"
#include "tools/session/state_ledger.h"
#include "tools/session/state_products.h"

namespace nightstack::tools {
namespace fs = std::filesystem;
namespace {

ProductPaths named(const fs::path& results, const ToldRun& told) {
    const StackFacts facts = facts_of(told.lights, told.summary);
    return {results / (product_name(facts.object, facts.first_start, told.summary.stacked, facts.exposure) + ".fits")};
}

void make(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw IoError(printable(folder.string()) + ": " + error.message(), error.value());
}

// What is in the picture, which way north is, how large it is.
void write_captions(const fs::path& path, const NightEnd& end, const Canvas& canvas, Runner& runner) {
    const Rect shown{static_cast<int>(canvas.x0 * canvas.scale), static_cast<int>(canvas.y0 * canvas.scale),
                     canvas.width, canvas.height};
    const Wcs wcs = wcs_on(*end.sky, canvas);
    NightPictureOptions options{end.state.ledger.white_adu, 2400, {}};
    options.draw = [&](std::span<std::uint8_t> rgb, int width, int height, int factor) {
        const Wcs mine = wcs_shown(wcs, 1.0 / factor);
        annotate(rgb, width, height, mine, objects_in(mine, width, height), end.title);
    };
    const std::vector<std::byte> png = night_picture(end.state.stack.snapshot(shown, runner), shown, options, runner);
    io::OutputFile file(path, io::Overwrite::yes);
    file.append(png);
    file.publish();
}

}  // namespace

NightProducts write_night_products(const NightEnd& end, Runner& runner, Talk& talk, const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
    PhaseTimes phases;
    make(end.results);
    ToldRun told = told_run(end.state.ledger, end.state.stack);
    const ProductPaths paths = named(end.results, told);
    NightProducts done;
    // The state first: it is as it was before the finishing pass, and from it all the rest can be made again.
    phases.begin("keeping");
    fs::path state = paths.fits;
    state.replace_extension(".nst");
    save_state(state, end.state.stack, end.state.ledger, io::Overwrite::yes, runner, stop);
    if (end.options.stack.finish) {
        finish_state(end.state, told, end.frames, end.memory, phases, runner, talk, stop);
        done.unread = told.summary.finish && !told.summary.finish->unread.empty();
    }
    phases.begin("integrating");
    StackWriter writer(paths, io::Overwrite::yes, product_formats(end.options.stack), runner, stop);
    write_state_products(writer, {end.state, told, end.options.stack, end.options.settings, &end.masters, {}, begin},
                         phases, runner, talk, stop);
    fs::path captions = paths.fits;
    captions.replace_filename(paths.fits.stem().string() + "_annotated.png");
    if (end.sky && end.options.stack.png != "none") write_captions(captions, end, told.summary.canvas, runner);
    for (const fs::path& file : {paths.fits, paths.png(), captions, paths.tiff(), paths.json(), state}) {
        std::error_code error;
        if (fs::exists(file, error)) done.files.push_back(file.filename().string());
    }
    return done;
}

}  // namespace nightstack::tools
