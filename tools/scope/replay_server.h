// SPDX-License-Identifier: MIT
// Plays a recording's scope to clients, over a real WebSocket on this machine.
#pragma once

#include <stop_token>
#include <string>

#include "tools/cli/talk.h"
#include "tools/scope/wire_file.h"

namespace nightstack::tools {

struct ReplayServerOptions {
    std::string address = "127.0.0.1";
    int port = 0;      // 0: any
    double speed = 1;  // times faster than it was
};

// Until the stop. Tells the port as the event "ready".
void serve_replay(const WireFile& file, const ReplayServerOptions& options, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
