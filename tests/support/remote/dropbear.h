// SPDX-License-Identifier: MIT
// Dropbear, the SSH server that scopes run, with OpenSSH's sftp-server behind it, on a loopback port.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/support/remote/child_server.h"
#include "tests/support/temp_folder.h"

namespace nightstack::test {

class Dropbear {
public:
    // `key_type`: rsa, ecdsa, ed25519. Throws std::runtime_error with what it says.
    explicit Dropbear(const std::string& key_type = "rsa");

    std::uint16_t port() const { return port_; }
    const std::filesystem::path& folder() const { return temp_.path(); }
    std::string log() const { return read_log(temp_ / "dropbear.log"); }

private:
    TempFolder temp_;
    std::uint16_t port_;
    std::unique_ptr<ChildServer> server_;
};

}  // namespace nightstack::test
