// SPDX-License-Identifier: MIT
// Where a scope answers, as users write it, and this computer's zone. Pure functions, any thread; all throw
// OptionError with what is wrong and an example.
#pragma once

#include <string>
#include <string_view>

namespace nightstack::tools {

// The scope's own ports; the built-in twin has others and says which.
struct ScopePorts {
    int ws = 9900;       // commands
    int http = 8092;     // clock, zone, streams
    int file = 8090;     // pictures of the card
    int version = 9901;  // firmware version
    int ftp = 21;
    int sftp = 22;
};

struct ScopePlace {
    std::string host;
    ScopePorts ports;
};

// "192.168.88.1", "dwarf.local:9900", "[fe80::1]:9900" and "ws=9900,http=8092,..." (any of the six, and the
// twin's `control`, which is not needed here).
ScopePlace parse_scope_place(std::string_view host, std::string_view ports);

// The IANA zone of this computer: TZ, else what /etc/localtime points at, else "Etc/UTC".
std::string system_zone();

// The same, when the zone database has it, or this computer has none (TZDIR, else /usr/share/zoneinfo).
std::string known_zone(const std::string& zone);

}  // namespace nightstack::tools
