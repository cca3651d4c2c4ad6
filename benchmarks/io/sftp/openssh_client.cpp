// SPDX-License-Identifier: MIT
#include "benchmarks/io/sftp/openssh_client.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

namespace nightstack::bench {

OpenSshClient::OpenSshClient(std::vector<std::string> words) {
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(in[0], 0);
        ::dup2(out[1], 1);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    to_ = in[1];
    from_ = out[0];
    command("version");
}

OpenSshClient::~OpenSshClient() {
    ::close(to_);  // at the end of its commands it ends, and its ssh with it
    for (int tick = 0; tick < 200; ++tick) {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) break;
        ::usleep(10'000);
        if (tick < 199) continue;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    ::close(from_);
}

// Behind the command a local `echo`: what it prints comes when the command has ended.
void OpenSshClient::command(const std::string& line) {
    const std::string mark = "done-" + std::to_string(++commands_);
    const std::string both = line + "\n!echo " + mark + "\n";
    if (::write(to_, both.data(), both.size()) != static_cast<ssize_t>(both.size()))
        throw std::runtime_error("sftp has ended");
    wait_for("\n" + mark + "\n");
}

void OpenSshClient::wait_for(const std::string& mark) {
    std::string text = "\n";
    while (text.find(mark) == std::string::npos) {
        char buffer[4096];
        const ssize_t n = ::read(from_, buffer, sizeof buffer);
        if (n <= 0) throw std::runtime_error("sftp has ended: " + text);
        text.append(buffer, static_cast<std::size_t>(n));
    }
}

}  // namespace nightstack::bench
