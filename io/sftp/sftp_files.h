// SPDX-License-Identifier: MIT
// Files of a scope over SFTP. The server proves itself by its host key before anything of ours is sent: the first key
// is trusted and kept, another one later is refused.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "io/remote/remote_files.h"
#include "io/sftp/host_keys.h"

namespace nightstack::io {

struct SftpOptions {
    std::string host;
    int port = 22;
    std::string root = "/sdcard";  // paths are relative to this; "" is where the server puts us
    std::string user = "root";
    std::string password = "rockchip";  // of every DWARF, and public: it proves nothing to anybody
    std::filesystem::path key_file;     // a private key without a passphrase, tried before the password
    bool legacy_algorithms = false;
    std::filesystem::path host_keys;  // the file of trusted keys, see host_keys.h
    RemoteLimits limits;
    std::function<void(const HostKey&)> on_new_key;  // a key was trusted because it is the first
};

// Throws RemoteError: `refused` for a changed host key with both fingerprints, for a password, for algorithms;
// IoError, FormatError, OptionError of the file of keys or the key file; Interrupted.
std::unique_ptr<RemoteFiles> connect_sftp(const SftpOptions& options, const std::stop_token& stop);
RemoteConnector sftp_connector(SftpOptions options);

// The key a server shows; no log-in, nothing is trusted or kept.
HostKey ask_host_key(const SftpOptions& options, const std::stop_token& stop);

}  // namespace nightstack::io
