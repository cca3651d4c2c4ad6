// SPDX-License-Identifier: MIT
#include "tools/cli/standard_output.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "pipeline/core/error.h"
#include "tools/cli/exit_code.h"

namespace nightstack::tools {
namespace {

std::atomic<int> lost_by{0};  // errno of the first write that failed; stdout is one for the process

}  // namespace

void hold_standard_handles() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
        // The lowest free number is the one just found closed.
        const int null_device = ::open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
        if (null_device > STDERR_FILENO) ::close(null_device);
    }
}

void put_out(std::string_view text) {
    if (lost_by != 0 || text.empty()) return;
    errno = 0;
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (!written) lost_by = errno != 0 ? errno : EIO;
}

int with_standard_output(int code) {
    if (lost_by == 0) return code;
    std::fprintf(stderr, "nightstack: cannot write to standard output: %s\n", std::strerror(lost_by));
    if (code != kDone && code != kSomeInputsFailed) return code;
    return IoError("", lost_by).disk_full() ? kDiskFull : kFailed;
}

}  // namespace nightstack::tools
