// SPDX-License-Identifier: MIT
// nightstack scope: every command of a DWARF II. The verbs live in tools/scope.
#include <CLI/CLI.hpp>
#include <memory>

#include "tools/commands.h"
#include "tools/scope/scope_flags.h"
#include "tools/scope/verbs.h"
#include "tools/talk_flags.h"

namespace nightstack::tools {

Command make_scope_command(CLI::App& program) {
    CLI::App* app = program.add_subcommand("scope", "drive a DWARF II: calibrate, goto, take frames, and all else");
    app->footer("--host, --json, --record and the other options of every verb: nightstack scope --help");  // the verbs'
    const auto flags = std::make_shared<ScopeFlags>();
    const auto verbs = std::make_shared<Verbs>(*app);
    add_state_verbs(*verbs);
    add_astro_verbs(*verbs);
    add_capture_verbs(*verbs);
    add_camera_verbs(*verbs);
    add_settings_verbs(*verbs);
    add_motion_verbs(*verbs);
    add_system_verbs(*verbs);
    add_trust_verb(*verbs);
    add_wire_verbs(*verbs);
    add_scope_flags(*app, *flags);
    add_talk_flags(*app, flags->quiet, flags->verbose);
    app->require_subcommand(1);
    app->footer(
        "A night: scope calibrate, scope goto m31, scope raw --count 100, scope stop    docs/scope.md\n"
        "Help on one verb: nightstack scope VERB --help");
    return {app, [flags, verbs](const std::stop_token& stop) { return verbs->run(*flags, stop); }};
}

}  // namespace nightstack::tools
