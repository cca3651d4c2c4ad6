// SPDX-License-Identifier: MIT
#include "tests/tools/cli/on_terminal.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace nightstack::tools::test {

OnTerminal::OnTerminal(int columns, int rows)
    : master_(::posix_openpt(O_RDWR | O_NOCTTY)), stderr_(::dup(STDERR_FILENO)) {
    if (::grantpt(master_) != 0 || ::unlockpt(master_) != 0) throw std::runtime_error("no terminal");
    const int slave = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    winsize size{};
    size.ws_col = static_cast<unsigned short>(columns);
    size.ws_row = static_cast<unsigned short>(rows);
    if (::ioctl(slave, TIOCSWINSZ, &size) != 0) throw std::runtime_error("no size of a terminal");
    ::dup2(slave, STDERR_FILENO);
    ::close(slave);
    ::setenv("TERM", "xterm", 1);
    ::setenv("NO_COLOR", "1", 1);
    reader_ = std::thread([this] {
        char bytes[512];
        for (ssize_t n = 0; (n = ::read(master_, bytes, sizeof bytes)) > 0;) {
            const std::scoped_lock lock(mutex_);
            got_.append(bytes, bytes + n);
        }
    });
}

std::string OnTerminal::so_far() {
    const std::scoped_lock lock(mutex_);
    return got_;
}

std::string OnTerminal::end() {
    ::dup2(stderr_, STDERR_FILENO);  // the last of the terminal's: the reader sees its end
    ::close(stderr_);
    reader_.join();
    ::close(master_);
    return got_;
}

}  // namespace nightstack::tools::test
