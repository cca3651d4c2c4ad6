// SPDX-License-Identifier: MIT
#include "tools/scope/scope_flags.h"

#include <CLI/CLI.hpp>
#include <chrono>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/number_between.h"
#include "tools/cli/settings.h"
#include "tools/cli/site_option.h"
#include "tools/cli/time_option.h"
#include "tools/scope/sftp_login.h"

namespace nightstack::tools {

device::Site ScopeFlags::needed_site() const {
    if (site.empty())
        throw OptionError(
            "the scope must know where it stands: --site LAT,LON,HEIGHT (longitude east positive), or once for all a "
            "line site = \"48.1,11.6,520\" below [scope] in the settings file, " +
            printable(default_config_file().string()));
    return parse_site(site);
}

device::dwarf::Utc ScopeFlags::utc() const {
    if (time.empty()) return std::chrono::system_clock::now();
    static const auto begin = std::chrono::steady_clock::now();
    return parse_time(time) + (std::chrono::steady_clock::now() - begin);
}

void add_scope_flags(CLI::App& command, ScopeFlags& o) {
    command.add_option("--host", o.host, "address of the scope, HOST or HOST:PORT")
        ->capture_default_str()
        ->type_name("HOST");
    command.add_option("--ports", o.ports, "other ports: ws=9900,http=8092,file=8090,version=9901,ftp=21,sftp=22")
        ->type_name("LIST");
    command.add_option("--profile", o.profile, "a scope of the settings file: the table [scope.NAME]")
        ->type_name("NAME");
    command.add_option("--site", o.site, "where the scope stands: latitude, longitude (east positive), height in m")
        ->type_name("LAT,LON,H");
    command.add_option("--zone", o.zone, "time zone of the site, as Europe/Berlin; without it this computer's")
        ->type_name("ZONE");
    command
        .add_option("--wait", o.wait_s, "wait so long for a scope that is not there yet, because it is starting, say")
        ->check(number_between(0.0, 3600.0))
        ->capture_default_str()
        ->type_name("SECONDS");
    command
        .add_option("--time", o.time,
                    "the time to hand on, in UTC as 2026-01-18T21:04:26Z, where this computer's clock is wrong or a "
                    "coming night is rehearsed with the twin")
        ->type_name("ISO");
    command.add_flag("--trust-clock", o.trust_clock, "hand this computer's clock on, however wrong it looks");
    add_legacy_flag(command, o.legacy_ssh);
    command.add_option("--record", o.record, "write the traffic with the scope to a new file, for a bug report")
        ->type_name("FILE");
    command.add_flag("--mask", o.mask, "leave site, zone, host and passwords out of the recording");
    command.add_flag("--json", o.json, "JSON lines on standard output");
}

}  // namespace nightstack::tools
