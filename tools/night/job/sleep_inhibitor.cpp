// SPDX-License-Identifier: MIT
#include "tools/night/job/sleep_inhibitor.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every unistd.h

namespace nightstack::tools {

// `cat` reads from a pipe that nobody writes to: it ends, and the inhibition with it, when our end is closed, be it by
// the death of this program.
SleepInhibitor::SleepInhibitor() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    const io::Descriptor read_end(ends[0]);
    held_ = io::Descriptor(ends[1]);
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_adddup2(&actions, read_end.get(), STDIN_FILENO);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    // Out of the terminal's group: Ctrl-C is for us, the computer stays awake until all is on the disk.
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    const char* const words[] = {"systemd-inhibit",
                                 "--what=sleep:idle",
                                 "--who=nightstack",
                                 "--why=a night is being stacked",
                                 "--mode=block",
                                 "cat",
                                 nullptr};
    if (::posix_spawnp(&child_, words[0], &actions, &attributes, const_cast<char* const*>(words), environ) != 0)
        child_ = -1;
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (child_ < 0) held_ = io::Descriptor();
}

SleepInhibitor::~SleepInhibitor() {
    held_ = io::Descriptor();
    if (child_ <= 0) return;
    ::kill(-child_, SIGTERM);  // it may still be asking a system that does not answer
    ::waitpid(child_, nullptr, 0);
}

}  // namespace nightstack::tools
