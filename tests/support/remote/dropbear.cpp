// SPDX-License-Identifier: MIT
#include "tests/support/remote/dropbear.h"

#include "tests/support/remote/sshd.h"

namespace nightstack::test {

Dropbear::Dropbear(const std::string& key_type) : port_(free_port()) {
    std::filesystem::create_directories(temp_ / "home");
    const std::string key = (temp_ / "host_key").string();
    run_helper({"/usr/bin/dropbearkey", "-t", key_type, "-f", key});
    server_ = std::make_unique<ChildServer>(
        std::vector<std::string>{"/usr/sbin/dropbear", "-F", "-E", "-p", "127.0.0.1:" + std::to_string(port_), "-r",
                                 key, "-P", (temp_ / "pid").string()},
        port_, temp_ / "dropbear.log", login_environment(temp_ / "home"));
}

}  // namespace nightstack::test
