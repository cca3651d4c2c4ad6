// SPDX-License-Identifier: MIT
#include "tests/support/remote/vsftpd.h"

#include <unistd.h>

#include <fstream>

#include "tests/support/remote/sshd.h"

namespace nightstack::test {

bool LoginVsftpd::possible() { return ::getuid() == 0; }

LoginVsftpd::LoginVsftpd() : port_(free_port()) {
    namespace fs = std::filesystem;
    fs::create_directories(card());
    fs::create_directories(temp_ / "empty");
    fs::permissions(temp_.path(), fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
    std::ofstream(temp_ / "conf")
        << "listen=YES\nlisten_address=127.0.0.1\nlisten_port=" << port_
        << "\nbackground=NO\nanonymous_enable=NO\nlocal_enable=YES\nlocal_root=" << card().string()
        << "\nchroot_local_user=YES\nallow_writeable_chroot=YES\npam_service_name=vsftpd\n"
           "seccomp_sandbox=NO\nisolate=NO\nisolate_network=NO\nsession_support=NO\ndelay_failed_login=0\n"
           "dual_log_enable=NO\nxferlog_enable=NO\nsecure_chroot_dir="
        << (temp_ / "empty").string() << "\n";
    server_ = std::make_unique<ChildServer>(std::vector<std::string>{"/usr/sbin/vsftpd", (temp_ / "conf").string()},
                                            port_, temp_ / "log", login_environment(temp_ / "card"));
}

}  // namespace nightstack::test
