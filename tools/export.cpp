// SPDX-License-Identifier: MIT
// nightstack export: a live stack becomes pictures.
#include <CLI/CLI.hpp>
#include <memory>

#include "pipeline/core/error.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/session/state_export.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

struct ExportOptions {
    std::filesystem::path state;
    StackOptions products;
};

int run(const CLI::App& app, const ExportOptions& o, const std::stop_token& stop) {
    if (o.products.output.extension() != ".fits")
        throw OptionError("--output " + o.products.output.string() + ": a name ending in .fits expected");
    if (!o.products.frames_in.empty() && !o.products.finish)
        throw OptionError("--inputs says where --finish finds the frames; without --finish none is read");
    Talk talk(loudness(o.products.quiet, o.products.verbose), o.products.json);
    TbbRunner runner(o.products.threads);
    return export_state(o.state, o.products, settings_in_force(app), runner, talk, stop);
}

}  // namespace

Command make_export_command(CLI::App& program) {
    const auto o = std::make_shared<ExportOptions>();
    CLI::App* app = program.add_subcommand("export", "write the pictures of a live stack (.nst)");
    app->add_option("FILE.nst", o->state, "a live stack")->required()->type_name("");
    app->add_option("--output", o->products.output, "write exactly this FITS, with .png and .json beside it")
        ->required()
        ->type_name("FILE.fits")
        ->group("Results");
    app->add_flag("--finish", o->products.finish,
                  "read the frames once more and decide flagged pixels by all their samples");
    app->add_option("--inputs", o->products.frames_in,
                    "folder above the frames and darks, for --finish; default: this one")
        ->type_name("DIR");
    add_product_options(*app, o->products);
    add_machine_options(*app, o->products.memory, o->products.threads);
    app->add_flag("--json", o->products.json, "events as JSON lines on stdout")->group("Talk");
    add_talk_flags(*app, o->products.quiet, o->products.verbose);
    app->footer("Example: nightstack export night.nst --output night.fits");
    return {app, [app, o](const std::stop_token& stop) { return run(*app, *o, stop); }};
}

}  // namespace nightstack::tools
