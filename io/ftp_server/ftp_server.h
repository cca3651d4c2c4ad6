// SPDX-License-Identifier: MIT
// A folder over FTP (RFC 959, 2428, 3659), read only and passive only: whoever would have us connect to an address of
// theirs is refused. A thread per client; clients, lines and waits are bounded.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/served/served_folder.h"

namespace nightstack::io {

struct FtpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;                                  // 0: any that is free
    bool anonymous = true;                                   // with any password
    std::vector<std::pair<std::string, std::string>> users;  // name, password
    std::size_t clients = 16;
    std::chrono::milliseconds login_time{30'000};
    std::chrono::milliseconds idle_time{300'000};  // between two commands
    std::chrono::milliseconds data_time{10'000};   // until the client comes for data, and without a byte of them
};

class FtpServer {
public:
    // Listens when it returns. Throws IoError (port), OptionError (address).
    FtpServer(std::shared_ptr<const ServedFolder> folder, const FtpServerOptions& options);
    // Ends all connections and waits for their threads.
    ~FtpServer();
    FtpServer(const FtpServer&) = delete;
    FtpServer& operator=(const FtpServer&) = delete;

    std::uint16_t port() const;
    void admit(bool on);  // false: every connection ends now, and new ones at once. Any thread.

private:
    class Host;
    std::unique_ptr<Host> host_;
};

}  // namespace nightstack::io
