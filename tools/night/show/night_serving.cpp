// SPDX-License-Identifier: MIT
#include "tools/night/show/night_serving.h"

#include <string>
#include <utility>

#include "tools/night/show/night_json.h"

namespace nightstack::tools {

std::unique_ptr<NightServer> serve_night(const NightBoard& board, const std::optional<NightServerOptions>& asked,
                                         const std::filesystem::path& folder, std::function<void()> end, Talk& talk) {
    std::unique_ptr<NightServer> server;
    std::string url, token;
    if (asked) {
        NightServerOptions how = *asked;
        how.stop = std::move(end);
        server = std::make_unique<NightServer>(board, how);
        url = server->url();
        token = asked->token;
        talk.say("  to be seen at " + server->private_url());
    }
    talk.event(ready_event(url, token, folder.string()));
    return server;
}

}  // namespace nightstack::tools
