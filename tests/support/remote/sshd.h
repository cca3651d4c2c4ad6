// SPDX-License-Identifier: MIT
// Debian's OpenSSH server on a loopback port, with host keys, a home and a password of its own, for the user who runs
// the test.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/remote/child_server.h"
#include "tests/support/temp_folder.h"

namespace nightstack::test {

inline constexpr const char* kTestPassword = "rockchip";

std::string test_user();  // who runs the test
// What makes the test's user known to a server: see login_shim.cpp.
ChildServer::Environment login_environment(const std::filesystem::path& home);

struct SshdOptions {
    std::vector<std::string> key_types{"ed25519"};           // one of its keys each: ed25519, ecdsa, rsa
    std::string subsystem = "/usr/lib/openssh/sftp-server";  // a program with arguments
    std::string more;                                        // further lines of sshd_config
};

class Sshd {
public:
    // Throws std::runtime_error with what sshd says.
    explicit Sshd(const SshdOptions& options = {});

    std::uint16_t port() const { return port_; }
    const std::filesystem::path& folder() const { return temp_.path(); }  // free for the test's files
    std::filesystem::path home() const { return temp_ / "home"; }
    std::filesystem::path client_key() const { return temp_ / "client_key"; }
    // "SHA256:..." of a host key, by ssh-keygen.
    std::string fingerprint(const std::string& type = "ed25519") const;
    std::string log() const { return read_log(temp_ / "sshd.log"); }
    // The same server, as a client sees it, on the same port with new keys or other lines.
    void restart(const SshdOptions& options);
    void stop() { server_.reset(); }
    pid_t pid() const { return server_->pid(); }

private:
    void start(const SshdOptions& options);
    TempFolder temp_;
    std::uint16_t port_;
    std::unique_ptr<ChildServer> server_;
};

}  // namespace nightstack::test
