// SPDX-License-Identifier: MIT
// Files of a scope over HTTP: nginx with listings on port 80 of later firmware, ":8090/file/" of the first. Nothing is
// encrypted, and the server proves nothing.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "io/remote/remote_files.h"

namespace nightstack::io {

struct HttpOptions {
    std::string host;
    int port = 80;
    std::string root = "sdcard";  // paths are relative to this; "" is the server's own root
    RemoteLimits limits;
};

// Throws RemoteError: `lost`, `refused` for a server that wants a password; OptionError for a host that is none;
// Interrupted. A root without a listing is taken: `list` then says `missing`. Listings have `bytes` only where they are
// exact; `stat` has them always. A server that cannot begin in the middle of a file is read from its beginning, and
// what was not asked for is dropped.
std::unique_ptr<RemoteFiles> connect_http(const HttpOptions& options, const std::stop_token& stop);
RemoteConnector http_connector(HttpOptions options);

}  // namespace nightstack::io
