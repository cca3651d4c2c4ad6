// SPDX-License-Identifier: MIT
#include "tools/cli/question.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace nightstack::tools {

// Not std::getline: signals are taken by a thread of their own (interrupt.h), which would not wake it.
bool read_yes(int in, const std::stop_token& stop) {
    constexpr int kLook_ms = 100;
    constexpr std::size_t kLongest = 100;
    std::string line;
    while (line.size() < kLongest) {
        if (stop.stop_requested()) return false;
        pollfd ready{in, POLLIN, 0};
        if (::poll(&ready, 1, kLook_ms) == 0) continue;
        char c = 0;
        const ssize_t n = ::read(in, &c, 1);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        if (c == '\n') break;
        line += c;
    }
    return line == "y" || line == "Y" || line == "yes";
}

bool ask_person(const std::string& question, const std::stop_token& stop) {
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) return false;
    std::fprintf(stderr, "%s [y/N] ", question.c_str());
    return read_yes(STDIN_FILENO, stop);
}

}  // namespace nightstack::tools
