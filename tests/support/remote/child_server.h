// SPDX-License-Identifier: MIT
// A server program that is not ours, as a child on a loopback port. It dies with the test, however the test ends.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace nightstack::test {

// A port of 127.0.0.1 that was free just now.
std::uint16_t free_port();

class ChildServer {
public:
    using Environment = std::vector<std::pair<std::string, std::string>>;

    // Starts `words` (the first an absolute path) with that environment and no other, its output in `log`, and waits
    // until the port takes connections. Throws std::runtime_error with what the program said.
    ChildServer(const std::vector<std::string>& words, std::uint16_t port, const std::filesystem::path& log,
                const Environment& environment = {});
    ~ChildServer();
    ChildServer(const ChildServer&) = delete;
    ChildServer& operator=(const ChildServer&) = delete;

    pid_t pid() const { return pid_; }
    void kill();  // with all it has started

private:
    pid_t pid_ = -1;
};

// Runs a helper program to its end. Throws std::runtime_error when it says no.
void run_helper(const std::vector<std::string>& words);

std::string read_log(const std::filesystem::path& file);

}  // namespace nightstack::test
