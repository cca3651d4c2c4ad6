// SPDX-License-Identifier: MIT
// nightstack sample-night: a night to try things with, no telescope needed.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/number_between.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/session/sample_night.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {

namespace {

CLI::Validator count(int least) {
    CLI::Validator range = CLI::Range(least, 999);
    range.description("");
    return range;
}

// "1920x1080"; what the numbers may be is the night's to say.
void read_size(const std::string& text, SampleNightOptions& night) {
    char rest = 0;
    if (std::sscanf(text.c_str(), "%5dx%5d%c", &night.width, &night.height, &rest) != 2)
        throw CLI::ValidationError("--size", "'" + text + "' is not of the form 1920x1080");
}

}  // namespace

Command make_sample_night_command(CLI::App& program) {
    struct Options {
        std::filesystem::path out;
        SampleNightOptions night;
        bool quiet = false, verbose = false;
    };
    const auto o = std::make_shared<Options>();
    CLI::App* app = program.add_subcommand("sample-night", "render a night with the built-in synthetic sky");
    app->add_option("--out", o->out, "folder for the night")->required()->type_name("DIR");
    app->add_option("--frames", o->night.frames, "light frames")
        ->check(count(1))
        ->capture_default_str()
        ->type_name("N");
    app->add_option("--darks", o->night.darks, "dark frames")->check(count(0))->capture_default_str()->type_name("N");
    app->add_option("--seed", o->night.seed, "another number, another night")->capture_default_str()->type_name("N");
    app->add_option_function<std::string>(
           "--size", [o](const std::string& text) { read_size(text, o->night); }, "width and height of the frames")
        ->default_str("1920x1080")
        ->type_name("WxH");
    app->add_option("--rotation", o->night.rotation_deg, "turn of the field during the night, in degrees")
        ->check(number_between(-180.0, 180.0))
        ->capture_default_str()
        ->type_name("DEG");
    add_talk_flags(*app, o->quiet, o->verbose);
    app->footer("Prints the folder to stack: nightstack stack $(nightstack sample-night --out DIR)");
    return {app, [o](const std::stop_token& stop) {
                Talk talk(loudness(o->quiet, o->verbose), false);
                TbbRunner runner(0);
                const auto session = write_sample_night(o->out, o->night, runner, talk, stop);
                talk.result(session.string() + "\n");
                return static_cast<int>(kDone);
            }};
}

}  // namespace nightstack::tools
