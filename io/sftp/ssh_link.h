// SPDX-License-Identifier: MIT
// One SSH connection up to the bytes of its SFTP server, on libssh, which never blocks us: every wait is ours, with a
// limit and a stop. (libssh's own time-out does not fire once it reads.) The order is fixed: key exchange, host key,
// log-in, subsystem. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/remote/remote_files.h"
#include "io/sftp/byte_line.h"
#include "io/sftp/host_keys.h"
#include "io/sftp/login.h"

namespace nightstack::io::sftp {

struct SshPlace {
    std::string host;
    int port = 22;
    std::string user;
    bool legacy = false;         // algorithms that are out of date as well
    std::string known_key_type;  // of the trusted host key; "" none
};

class SshLink final : public ByteLine {
public:
    // Connects and exchanges keys; nothing that is ours has been said then. Throws RemoteError, Interrupted.
    SshLink(const SshPlace& place, const RemoteLimits& limits, const std::stop_token& stop);
    ~SshLink() override;
    SshLink(const SshLink&) = delete;
    SshLink& operator=(const SshLink&) = delete;

    HostKey host_key() const;
    // Only after host_key() was checked.
    void log_in(const Login& login, const std::stop_token& stop);
    void open_sftp(const std::stop_token& stop);

    void send(std::string& bytes, const std::stop_token& stop) override;
    std::size_t receive(std::span<std::byte> out, const std::stop_token& stop) override;

private:
    struct Library;
    [[noreturn]] void fail(const std::string& doing) const;
    [[noreturn]] void fail_silent() const;
    Drive drive(const std::string& doing, const std::stop_token& stop);
    void set_options(const SshPlace& place);

    std::string where_;
    bool legacy_;
    RemoteLimits limits_;
    std::unique_ptr<Library> library_;
};

}  // namespace nightstack::io::sftp
