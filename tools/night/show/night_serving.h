// SPDX-License-Identifier: MIT
// How a night begins to be served: its server, and who is told of it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "tools/cli/talk.h"
#include "tools/night/show/night_board.h"
#include "tools/night/show/night_server.h"

namespace nightstack::tools {

// Serves where it is asked for and tells a person where that is, and a script that the night in `folder` is ready.
// `end` ends the night: called on the server's thread, it must return at once. Null: nobody asked for a server. Throws
// as NightServer.
std::unique_ptr<NightServer> serve_night(const NightBoard& board, const std::optional<NightServerOptions>& asked,
                                         const std::filesystem::path& folder, std::function<void()> end, Talk& talk);

}  // namespace nightstack::tools
