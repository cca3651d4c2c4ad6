// SPDX-License-Identifier: MIT
// The twin's memory card on the network: HTTP files, SFTP and FTP, read only, as the scope shows it. While the card is
// out, or handed to a computer, there is nothing to be seen.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "io/http/server.h"
#include "io/http/server_loop.h"

namespace nightstack::device::sim {

struct CardServersOptions {
    std::filesystem::path folder;  // what the card holds: DWARF_II/...
    std::string bind = "127.0.0.1";
    std::uint16_t file = 8090, sftp = 2222, ftp = 2121;  // 0: any that is free
    std::filesystem::path host_key;                      // of SFTP; empty: a new one each time
    bool legacy_ssh = false;                             // only the algorithms of ten years ago
};

class CardServers {
public:
    // All listen when it returns. Throws IoError, OptionError.
    CardServers(io::ServerLoop& loop, const CardServersOptions& options);
    ~CardServers();
    CardServers(const CardServers&) = delete;
    CardServers& operator=(const CardServers&) = delete;

    std::uint16_t file() const;
    std::uint16_t sftp() const;
    std::uint16_t ftp() const;
    std::string fingerprint() const;  // "SHA256:..."

    // Any thread.
    void show(bool visible);
    void reach(bool reachable);  // false: connections end and new ones lead nowhere, as without a network

private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nightstack::device::sim
