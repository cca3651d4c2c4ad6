// SPDX-License-Identifier: MIT
// OpenSSH's `sftp`, connected once and then told to get files, so that only the transfer is timed.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace nightstack::bench {

class OpenSshClient {
public:
    // `words`: of the command line, the first an absolute path. Throws std::runtime_error when it does not connect.
    explicit OpenSshClient(std::vector<std::string> words);
    ~OpenSshClient();
    OpenSshClient(const OpenSshClient&) = delete;
    OpenSshClient& operator=(const OpenSshClient&) = delete;

    // Runs one command to its end.
    void command(const std::string& line);

private:
    void wait_for(const std::string& mark);
    pid_t pid_ = -1;
    int to_ = -1, from_ = -1;
    int commands_ = 0;
};

}  // namespace nightstack::bench
