// SPDX-License-Identifier: MIT
// The verbs of `nightstack scope`: each file verbs_*.cpp adds its group. A verb is a subcommand of the
// parser and a function that does the work; the words of help come from the interface table.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "tools/scope/scope_call.h"
#include "tools/scope/scope_flags.h"

namespace CLI {
class App;
}

namespace nightstack::device::dwarf {
struct Field;
}

namespace nightstack::tools {

// Returns an exit code; throws errors of pipeline/core/error.h.
using VerbRun = std::function<int(const ScopeFlags&, const std::stop_token&)>;
using VerbBody = std::function<int(ScopeCall&)>;
using VerbCheck = std::function<void()>;

class Verbs {
public:
    explicit Verbs(CLI::App& scope) : scope_(scope) {}

    // The parser of the verb, to add its own options; owned by `scope`.
    CLI::App& add(const std::string& name, const std::string& text, VerbRun run);
    // A verb that needs the scope: connected, and its state known.
    // `before` runs first: it throws OptionError for options that cannot be meant, so that no scope is bothered.
    CLI::App& add_connected(const std::string& name, const std::string& text, VerbBody body, VerbCheck before = {});
    // Runs the one that was called.
    int run(const ScopeFlags& flags, const std::stop_token& stop) const;

private:
    struct Verb {
        CLI::App* app = nullptr;
        VerbRun run;
    };
    CLI::App& scope_;
    std::vector<Verb> verbs_;
};

void add_state_verbs(Verbs& verbs);     // status, stop, watch
void add_camera_verbs(Verbs& verbs);    // open, close, photo, video, timelapse
void add_settings_verbs(Verbs& verbs);  // get, set, autofocus
void add_astro_verbs(Verbs& verbs);     // calibrate, goto
void add_capture_verbs(Verbs& verbs);   // raw, darks
void add_motion_verbs(Verbs& verbs);    // pano, track, move
void add_system_verbs(Verbs& verbs);    // power, rgb, indicator
void add_trust_verb(Verbs& verbs);      // trust
void add_wire_verbs(Verbs& verbs);      // send, record, replay

// A field of a request in the table; it must be there.
const device::dwarf::Field& request_field(int interface, std::string_view field);
// The clause, unit, range and default of a request's field: "number of pictures (at least 1, default 1)".
std::string field_help(int interface, std::string_view field);
// The row's sentence.
std::string interface_help(int interface);

// Words of several arguments as one: goto Andromeda Galaxy.
std::string joined(const std::vector<std::string>& words);

}  // namespace nightstack::tools
