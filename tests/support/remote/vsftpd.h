// SPDX-License-Identifier: MIT
// Debian's vsftpd on a loopback port, which wants the log-in ftp/rockchip. Only root may start one: it changes to the
// user `ftp` of the package.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "tests/support/remote/child_server.h"
#include "tests/support/temp_folder.h"

namespace nightstack::test {

class LoginVsftpd {
public:
    LoginVsftpd();  // throws std::runtime_error with what it says
    static bool possible();
    std::uint16_t port() const { return port_; }
    std::filesystem::path card() const { return temp_ / "card"; }
    std::string log() const { return read_log(temp_ / "log"); }

private:
    TempFolder temp_;
    std::uint16_t port_;
    std::unique_ptr<ChildServer> server_;
};

}  // namespace nightstack::test
