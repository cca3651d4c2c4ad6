// SPDX-License-Identifier: MIT
#include "tools/solve/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kLook = std::chrono::milliseconds(10);
constexpr int kCannotStart = 127;

std::string path_variable() {
    const char* path = std::getenv("PATH");  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    return path != nullptr ? path : "/usr/bin:/bin";
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> list;
    for (std::string& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    return list;
}

struct Prepared {
    const char* folder;
    char* const* arguments;
    char* const* environment;
    rlim_t cpu_s;
    rlim_t file_bytes;
};

// Between fork and exec in a program with threads: system calls only, no memory.
[[noreturn]] void become(const Prepared& p) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ}) ::signal(signal, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const rlimit no_core{0, 0};
    const rlimit cpu{p.cpu_s, p.cpu_s};
    const rlimit file{p.file_bytes, p.file_bytes};
    ::setrlimit(RLIMIT_CORE, &no_core);
    ::setrlimit(RLIMIT_CPU, &cpu);
    ::setrlimit(RLIMIT_FSIZE, &file);
    if (::chdir(p.folder) != 0) ::_exit(kCannotStart);
    const int in = ::open("/dev/null", O_RDONLY);
    const int out = ::open("log", O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);
    if (in < 0 || out < 0) ::_exit(kCannotStart);
    ::dup2(in, STDIN_FILENO);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(out, STDERR_FILENO);
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    ::execve(p.arguments[0], p.arguments, p.environment);
    ::_exit(kCannotStart);
}

// The whole group: what the child has started must not stay behind either.
void kill_and_collect(pid_t pid) {
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);  // should it not have come to setpgid yet
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
}

ChildEnd wait_for(pid_t pid, Clock::time_point end, const std::stop_token& stop) {
    ChildEnd finished;
    for (int status = 0;; std::this_thread::sleep_for(kLook)) {
        const pid_t got = ::waitpid(pid, &status, WNOHANG);
        if (got == pid) {
            ::kill(-pid, SIGKILL);
            finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
            return finished;
        }
        if (got < 0 && errno != EINTR) throw IoError("lost sight of a child process", errno);
        if (stop.stop_requested()) {
            kill_and_collect(pid);
            throw Interrupted();
        }
        if (Clock::now() < end) continue;
        kill_and_collect(pid);
        finished.timed_out = true;
        return finished;
    }
}

}  // namespace

std::optional<std::filesystem::path> find_program(const std::string& name) {
    const std::string path = path_variable();
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find(':', at), path.size());
        const std::filesystem::path folder = path.substr(at, end - at);
        at = end + 1;
        std::error_code error;
        if (!folder.is_absolute() || !std::filesystem::is_regular_file(folder / name, error)) continue;
        if (::access((folder / name).c_str(), X_OK) == 0) return folder / name;
    }
    return std::nullopt;
}

ChildEnd run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                   const std::filesystem::path& folder, const ChildLimits& limits, const std::stop_token& stop) {
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables{"PATH=" + path_variable(), "LC_ALL=C", "HOME=" + folder.string(),
                                       "TMPDIR=" + folder.string()};
    const auto word_list = pointers(words);
    const auto variable_list = pointers(variables);
    const Prepared prepared{folder.c_str(), word_list.data(), variable_list.data(),
                            static_cast<rlim_t>(limits.wall.count()) + 1, limits.file_bytes};
    const pid_t pid = ::fork();
    if (pid < 0) throw IoError("cannot start " + io::printable(program.string()) + ": " + std::strerror(errno), errno);
    if (pid == 0) become(prepared);
    ::setpgid(pid, pid);  // both sides, so that neither can be too late
    return wait_for(pid, Clock::now() + limits.wall, stop);
}

}  // namespace nightstack::tools
