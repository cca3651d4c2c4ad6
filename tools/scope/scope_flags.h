// SPDX-License-Identifier: MIT
// What all verbs of `nightstack scope` share. Filled by the parser; a plain value.
#pragma once

#include <filesystem>
#include <string>

#include "device/dwarf/protocol/types.h"
#include "device/model/target.h"
#include "tools/cli/talk.h"
#include "tools/scope/scope_address.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

struct ScopeFlags {
    std::string host = "192.168.88.1";  // of the scope's own Wi-Fi
    std::string ports;
    std::string profile;
    std::string site;  // "" none
    std::string zone;  // "" this computer's
    std::string time;  // "" this computer's clock
    bool trust_clock = false;
    double wait_s = 0;  // for a scope that is not there yet
    bool legacy_ssh = false;
    std::filesystem::path record;
    bool mask = false;
    bool json = false, quiet = false, verbose = false;

    Loudness loudness() const { return tools::loudness(quiet, verbose); }
    ScopePlace place() const { return parse_scope_place(host, ports); }
    // Throws OptionError that says how to give one.
    device::Site needed_site() const;
    // Now: this computer's clock, or --time and what has gone by since its first use. Throws OptionError.
    device::dwarf::Utc utc() const;
    bool clock_is_trusted() const { return trust_clock || !time.empty(); }
    // Throws OptionError for a zone that this computer does not know.
    std::string zone_or_system() const { return zone.empty() ? system_zone() : known_zone(zone); }
};

// --host, --ports and the rest, on the command itself: settings with all three names.
void add_scope_flags(CLI::App& command, ScopeFlags& options);

}  // namespace nightstack::tools
