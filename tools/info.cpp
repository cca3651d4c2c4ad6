// SPDX-License-Identifier: MIT
// nightstack info: what is in a file: geometry, header, statistics, stars.
#include <CLI/CLI.hpp>
#include <memory>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/talk.h"
#include "tools/commands.h"
#include "tools/live/live_state.h"
#include "tools/session/frame_inspection.h"
#include "tools/stack_arguments.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {
namespace {

struct InfoOptions {
    std::vector<std::filesystem::path> files;
    std::string pattern;
    bool json = false, quiet = false, verbose = false;
};

// By its first bytes, or by its name: of one that was cut short or spoilt on its way it is told as of a live stack.
bool is_state(const std::filesystem::path& path) {
    try {
        return is_state_file(path) || (path.extension() == ".nst" && std::filesystem::is_regular_file(path));
    } catch (const Error&) {
        return false;  // what is wrong is told as of any other file
    }
}

void tell_state(const std::filesystem::path& path, bool json, Talk& talk, std::size_t& failed) {
    const std::string shown = io::printable(path.string());
    try {
        const StateSummary summary = summary_of_state(path);
        talk.result(json ? summary_json(summary, shown) + "\n" : shown + ": " + summary_text(summary) + "\n");
    } catch (const Error& e) {
        ++failed;
        if (json) return talk.result(failed_state_json(shown, e.what()) + "\n");
        talk.warn(e.what());
    }
}

int run(const InfoOptions& o, const std::stop_token& stop) {
    Talk talk(loudness(o.quiet, o.verbose), o.json);
    std::size_t failed = 0;
    for (const auto& path : o.files) {
        if (stop.stop_requested()) throw Interrupted();
        if (is_state(path)) {
            tell_state(path, o.json, talk, failed);
            continue;
        }
        const FrameInspection found = inspect_frame(path, o.pattern, stop);
        failed += found.error.empty() ? 0U : 1U;
        if (o.json) {
            talk.result(inspection_json(found) + "\n");
        } else if (found.error.empty()) {
            talk.result(inspection_text(found));
        } else {
            talk.warn(found.error);
        }
    }
    if (failed == 0) return kDone;
    return failed == o.files.size() ? kNoUsableFrame : kSomeInputsFailed;
}

}  // namespace

Command make_info_command(CLI::App& program) {
    const auto options = std::make_shared<InfoOptions>();
    CLI::App* app = program.add_subcommand("info", "what is in a file: geometry, header, statistics, stars");
    app->add_option("FILE", options->files, "FITS (also .fz, .gz), TIFF, PNG or JPEG frames, live stacks (.nst)")
        ->required()
        ->type_name("");
    add_pattern_option(*app, options->pattern);
    app->add_flag("--json", options->json, "one JSON object a line");
    add_talk_flags(*app, options->quiet, options->verbose);
    app->footer("Example: nightstack info ~/DWARF_RAW_M42/0000.fits");
    return {app, [options](const std::stop_token& stop) { return run(*options, stop); }};
}

}  // namespace nightstack::tools
