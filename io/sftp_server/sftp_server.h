// SPDX-License-Identifier: MIT
// A folder over SFTP, read only: the server half, on libssh. Every request that would change something is answered
// "permission denied". One thread listens, one more per client; clients, their time to log in and their open files
// are bounded, what waits for a slow client is what SSH's window holds.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "io/served/served_folder.h"

namespace nightstack::io {

struct SftpServerOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any that is free
    std::string user = "root";
    std::string password;
    // Where a client finds the folder; "/" is the folder itself. The folders above them hold nothing else.
    std::vector<std::string> mounts = {"/"};
    // Read when it is there, otherwise made there (mode 600); empty: a new key each time.
    std::filesystem::path host_key;
    // Only what servers offered ten years ago: key exchange and MACs with SHA-1, ciphers in CBC mode, ssh-rsa.
    bool legacy_only = false;
    std::size_t clients = 16;
    std::chrono::milliseconds login_time{30'000};
};

class SftpServer {
public:
    // Listens when it returns. Throws IoError (port, host key), OptionError (address).
    SftpServer(std::shared_ptr<const ServedFolder> folder, const SftpServerOptions& options);
    // Ends all connections and waits for their threads.
    ~SftpServer();
    SftpServer(const SftpServer&) = delete;
    SftpServer& operator=(const SftpServer&) = delete;

    std::uint16_t port() const;
    // As the OpenSSH tools print it: "SHA256:...".
    std::string fingerprint() const;
    void admit(bool on);  // false: every connection ends now, and new ones at once. Any thread.

private:
    class Host;
    std::unique_ptr<Host> host_;
};

}  // namespace nightstack::io
