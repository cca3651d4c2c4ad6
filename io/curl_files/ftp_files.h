// SPDX-License-Identifier: MIT
// Files of a scope over FTP, which is the way in that every firmware has: log-in as anonymous, passive mode, reads
// only. Nothing is encrypted, and the server proves nothing.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "io/remote/remote_files.h"

namespace nightstack::io {

struct FtpLogin {
    std::string user, password;
};

struct FtpOptions {
    std::string host;
    int port = 21;
    std::string root;  // paths are relative to this; "" is where the server puts us: the card of a DWARF
    // In this order until one is taken: real clients use the first, the vendor's text names the second.
    std::vector<FtpLogin> logins{{"anonymous", ""}, {"ftp", "rockchip"}};
    RemoteLimits limits;
};

// Throws RemoteError: `refused` when no log-in is taken, `missing` without the root, `lost`; OptionError for a host
// that is none; Interrupted. `list` gives times as the server's listing has them: to the minute, in its own zone, where
// it knows no MLSD. Names with control characters cannot be asked for: `broken`.
std::unique_ptr<RemoteFiles> connect_ftp(const FtpOptions& options, const std::stop_token& stop);
// Connects with the log-in that was taken before first. One thread's, with its copies.
RemoteConnector ftp_connector(FtpOptions options);

}  // namespace nightstack::io
