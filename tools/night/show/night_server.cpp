// SPDX-License-Identifier: MIT
#include "tools/night/show/night_server.h"

#include <algorithm>
#include <optional>

#include "io/http/server.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/night/show/night_access.h"
#include "tools/night/show/night_routes.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kTokenLength = 16;  // of the shortest that is taken

void require_admission(const NightServerOptions& options) {
    if (!options.token.empty() && options.token.size() < kTokenLength)
        throw OptionError("a token has at least " + std::to_string(kTokenLength) + " characters");
    if (options.token.empty() && !is_loopback(options.address))
        throw OptionError("'" + printable(options.address) +
                          "' can be reached from other machines: there a token is needed");
}

std::vector<std::string> names_of(const NightServerOptions& options) {
    std::vector<std::string> names = host_names(options.address);
    names.insert(names.end(), options.hosts.begin(), options.hosts.end());
    return names;
}

io::HttpServerOptions server_options(const NightServerOptions& options, const std::vector<std::string>& names) {
    io::HttpServerOptions out;
    out.address = options.address;
    out.port = options.port;
    out.hosts = names;
    out.limits.newest_wins = true;
    return out;
}

// Where one looks at it: for all addresses the first that is no loopback, as the others on the network have it.
std::string best_name(const std::vector<std::string>& names) {
    const auto reachable = [](const std::string& name) {
        return name.front() != '[' && name != "localhost" && !is_loopback(name);
    };
    const auto found = std::ranges::find_if(names, reachable);
    return found == names.end() ? names.front() : *found;
}

}  // namespace

struct NightServer::State {
    State(const NightBoard& board, const NightServerOptions& options, const std::vector<std::string>& names)
        : routes(board, options.token, options.stop, options.video),
          server(loop, server_options(options, names), handlers()) {}

    io::HttpHandlers handlers() {
        io::HttpHandlers all;
        all.request = [this](const io::HttpRequest& request) { return std::optional(routes.answer(request)); };
        return all;
    }

    NightRoutes routes;
    io::ServerLoop loop;
    io::HttpServer server;  // behind what it uses
};

NightServer::NightServer(const NightBoard& board, const NightServerOptions& options) : token_(options.token) {
    require_admission(options);
    const std::vector<std::string> names = names_of(options);
    state_ = std::make_unique<State>(board, options, names);
    url_ = "http://" + (names.empty() ? options.address : best_name(names)) + ":" + std::to_string(port()) + "/";
}

NightServer::~NightServer() = default;

std::uint16_t NightServer::port() const { return state_->server.port(); }

std::string NightServer::private_url() const { return token_.empty() ? url_ : url_ + "#token=" + token_; }

}  // namespace nightstack::tools
