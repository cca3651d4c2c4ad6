// SPDX-License-Identifier: MIT
// nightstack pano: overlapping pictures become one.
#include <CLI/CLI.hpp>
#include <memory>

#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/number_between.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/pano/pano_job.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

int run(const CLI::App& app, const PanoOptions& o, const std::stop_token& stop) {
    Talk talk(loudness(o.quiet, o.verbose), o.json);
    TbbRunner runner(o.threads);
    return run_pano(o, settings_in_force(app), runner, talk, stop);
}

void add_pano_options(CLI::App& app, PanoOptions& o) {
    app.add_option("TILES", o.inputs, "overlapping pictures (JPEG, PNG, TIFF), or folders of them")
        ->required()
        ->type_name("");
    app.add_option("-o,--output", o.output, "the panorama: .jpg, .png, .tif (pyramidal BigTIFF) or .dzi (deep zoom)")
        ->default_str("pano.jpg")
        ->type_name("FILE")
        ->group("Results");
    app.add_option("--preview", o.preview, "a small PNG that is kept up to date while tile after tile is placed")
        ->type_name("FILE.png")
        ->group("Results");
    app.add_option("--projection", o.projection, "how directions are laid flat; auto: by the field of view")
        ->check(CLI::IsMember({"auto", "rectilinear", "cylindrical", "spherical", "mercator", "stereographic"})
                    .description(""))
        ->capture_default_str()
        ->type_name("auto|rectilinear|cylindrical|spherical|mercator|stereographic")
        ->group("Results");
    app.add_option("--crop", o.crop,
                   "auto: the largest whole rectangle where little is lost and the format has no transparency")
        ->check(CLI::IsMember({"auto", "max-rectangle", "none"}).description(""))
        ->capture_default_str()
        ->type_name("auto|max-rectangle|none")
        ->group("Results");
    app.add_option("--size", o.scale, "of the panorama: 1 keeps the tiles' pixels, .25 is a quarter as wide")
        ->check(number_between(0.01, 4.0))
        ->capture_default_str()
        ->type_name("X")
        ->group("Results");
    app.add_option("--quality", o.quality, "of JPEG")
        ->check(number_between(1, 100))
        ->capture_default_str()
        ->type_name("1..100")
        ->group("Results");
    app.add_flag("--verify", o.verify, "also a picture with outlines and links drawn over it")->group("Results");
    app.add_flag("--html", o.html, "also a page about the panorama")->group("Results");
    app.add_flag("--force", o.force, "replace results that are there")->group("Results");
    app.add_option("--fov", o.fov_deg,
                   "field of view of one tile along its longer side, degrees; default: as the files tell, or found")
        ->check(number_between(0.1, 170.0))
        ->type_name("DEG");
    app.add_option("--bands", o.bands, "of the blending along seams: 1 leaves them sharp")
        ->check(number_between(1, 8))
        ->capture_default_str()
        ->type_name("1..8");
    app.add_flag("!--no-gains", o.gains, "leave exposure and white balance of the tiles as they are");
    app.add_flag("!--no-vignetting", o.vignetting, "look for no vignetting");
    add_machine_options(app, o.memory, o.threads);
    app.add_flag("--json", o.json, "events as JSON lines on stdout")->group("Talk");
    add_talk_flags(app, o.quiet, o.verbose);
    app.footer(
        "A report stands beside the panorama (.json). Pictures that hang together in two sets become two panoramas.\n"
        "Exit codes: 0 done; 3 no two tiles have anything in common; 4 done, but tiles were left out.\n"
        "Example: nightstack pano ~/DWARF_PANORAMA_20260118 -o pano.jpg");
}

}  // namespace

Command make_pano_command(CLI::App& program) {
    const auto o = std::make_shared<PanoOptions>();
    o->output = "pano.jpg";
    CLI::App* app = program.add_subcommand("pano", "overlapping pictures become one");
    add_pano_options(*app, *o);
    return {app, [app, o](const std::stop_token& stop) { return run(*app, *o, stop); }};
}

}  // namespace nightstack::tools
