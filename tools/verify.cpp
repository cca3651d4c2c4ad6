// SPDX-License-Identifier: MIT
// nightstack verify: is a stack what its report says? Runs the recipe again and compares every pixel.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/graph/tbb_runner.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/recorded_options.h"
#include "tools/session/verify_job.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

// Where results went, how the call talked, what machine it had: no part of the recipe. Calibration frames come from
// the list of inputs.
bool is_recipe(const std::string& key) {
    static const char* const kOther[] = {
        "json",  "quiet",  "verbose",          "config", "threads",      "memory", "force",
        "tiff",  "png",    "tiff-bits",        "out",    "output",       "state",  "darks",
        "flats", "biases", "combine-sessions", "solve",  "solve-timeout"};
    return std::none_of(std::begin(kOther), std::end(kOther), [&](const char* other) { return key == other; });
}

int run(const VerifyOptions& o, const std::stop_token& stop) {
    Talk talk(loudness(o.quiet, o.verbose), o.json);
    std::error_code error;
    if (!o.inputs.empty() && !std::filesystem::is_directory(o.inputs, error))
        throw OptionError("--inputs " + io::printable(o.inputs.string()) + ": no such folder");
    const RecordedStack stack = read_report(o.json_path());
    TbbRunner runner(o.threads);
    return run_verify(o, stack, recorded_stack_options(stack.options, is_recipe, "the report's"), runner, talk, stop);
}

}  // namespace

Command make_verify_command(CLI::App& program) {
    const auto o = std::make_shared<VerifyOptions>();
    CLI::App* app = program.add_subcommand("verify", "run a stack's recipe again and compare every pixel");
    app->add_option("RESULT.json", o->report, "report of a stack, its FITS beside it")->required()->type_name("");
    app->add_option("--inputs", o->inputs, "folder to look for moved inputs in, by their hashes")->type_name("DIR");
    add_machine_options(*app, o->memory, o->threads);
    app->add_flag("--json", o->json, "events as JSON lines on stdout")->group("Talk");
    add_talk_flags(*app, o->quiet, o->verbose);
    app->footer(
        "Exit codes: 0 the same, bit by bit; 1 pixels differ; 2 a report that cannot be read;\n"
        "3 no stack to compare with; 4 an input is missing or has changed.\n"
        "Example: nightstack verify nightstack/M42_20240118T210426_286x15s.json");
    return {app, [o](const std::stop_token& stop) { return run(*o, stop); }};
}

}  // namespace nightstack::tools
