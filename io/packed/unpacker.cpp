// SPDX-License-Identifier: MIT
#include "io/packed/unpacker.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "io/files/file.h"
#include "io/fits/fits_error.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kChunk = 256 * 1024;
constexpr std::int64_t kStopPoll = 100;  // ms between two looks at the stop token

class Fd {
public:
    explicit Fd(int fd = -1) : fd_(fd) {}
    ~Fd() { reset(); }
    Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Fd& operator=(Fd&&) = delete;
    int get() const { return fd_; }
    void reset() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

private:
    int fd_;
};

[[noreturn]] void fail(const char* what, int code) {
    throw IoError(std::string(what) + ": " + std::strerror(code), code);
}

// The child: killed and waited for in every case.
class Child {
public:
    explicit Child(pid_t pid) : pid_(pid) {}
    ~Child() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        int ignored = 0;
        while (::waitpid(pid_, &ignored, 0) < 0 && errno == EINTR) {
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    // The status of a child that ends by itself before `deadline`.
    std::optional<int> wait_until(Clock::time_point deadline) {
        for (;;) {
            int status = 0;
            const pid_t got = ::waitpid(pid_, &status, WNOHANG);
            if (got == pid_) {
                pid_ = -1;
                return status;
            }
            if ((got < 0 && errno != EINTR) || Clock::now() >= deadline) return std::nullopt;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

private:
    pid_t pid_;
};

// 0 input, 1 output, 2 its words. Nothing else is inherited: no environment, no blocked signals.
pid_t spawn(const std::filesystem::path& helper, const std::vector<std::string>& words, int input, int output,
            int complaints) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, complaints, 2);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string program = helper.string();
    std::vector<std::string> copies = words;
    std::vector<char*> argv{program.data()};
    for (std::string& word : copies) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::array<char*, 1> environment{nullptr};
    pid_t pid = -1;
    const int code = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, argv.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (code != 0) fail("cannot start nightstack-unpack", code);
    return pid;
}

// What it wrote to its standard error: one line, fit to be shown.
std::string words_in(int fd) {
    std::array<char, 200> text{};
    const ssize_t n = ::pread(fd, text.data(), text.size(), 0);
    std::string words(text.data(), static_cast<std::size_t>(n > 0 ? n : 0));
    words = words.substr(0, words.find('\n'));
    return printable(words);
}

std::string signal_words(int signal) {
    const char* words = ::sigdescr_np(signal);
    return words != nullptr ? words : "signal " + std::to_string(signal);
}

std::string how_it_ended(int status, const UnpackLimits& limits, int complaints) {
    if (WIFEXITED(status)) {
        const std::string words = words_in(complaints);
        return words.empty() ? "unpacking ended with " + std::to_string(WEXITSTATUS(status)) : words;
    }
    const int signal = WTERMSIG(status);
    if (signal == SIGXCPU) return "unpacking took more than " + std::to_string(limits.cpu_s) + " s of processor time";
    return "unpacking crashed: " + signal_words(signal);
}

// Passes on what comes; false when the clock ran out.
bool pump(int output, Clock::time_point deadline, const UnpackLimits& limits,
          const std::function<void(std::span<const std::byte>)>& sink, const std::string& name) {
    std::vector<std::byte> chunk(kChunk);
    std::uint64_t total = 0;
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return false;
        if (limits.stop.stop_requested()) throw Interrupted();
        pollfd wait{output, POLLIN, 0};
        const int ready = ::poll(&wait, 1, static_cast<int>(std::min<std::int64_t>(left, kStopPoll)));
        if (ready < 0 && errno != EINTR) fail("cannot wait for nightstack-unpack", errno);
        if (ready <= 0) continue;
        const ssize_t n = ::read(output, chunk.data(), chunk.size());
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) fail("cannot read from nightstack-unpack", errno);
        if (n == 0) return true;
        total += static_cast<std::uint64_t>(n);
        if (total > limits.output_bytes) {
            throw FitsError(FitsFault::damaged, name + ": unpacks to more than the " +
                                                    std::to_string(limits.output_bytes) + " bytes expected");
        }
        sink({chunk.data(), static_cast<std::size_t>(n)});
    }
}

}  // namespace

std::filesystem::path unpacker_beside_program() {
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    return program.parent_path() / "nightstack-unpack";
}

void run_unpacker(const std::filesystem::path& helper, const std::vector<std::string>& words, int input,
                  const UnpackLimits& limits, const std::function<void(std::span<const std::byte>)>& sink,
                  const std::string& name) {
    if (::access(helper.c_str(), X_OK) != 0) {
        throw FitsError(FitsFault::compressed, name + ": compressed, and there is no " + printable(helper.string()) +
                                                   " to unpack it; unpack it yourself first");
    }
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("no pipe for nightstack-unpack", errno);
    Fd output(ends[0]);
    Fd childs_end(ends[1]);
    const Fd complaints(::memfd_create("nightstack-unpack-words", MFD_CLOEXEC));
    if (complaints.get() < 0) fail("no memory for nightstack-unpack", errno);
    const Clock::time_point deadline = Clock::now() + limits.wall;
    std::vector<std::string> all{std::to_string(limits.cpu_s), std::to_string(limits.memory_bytes >> 20)};
    all.insert(all.end(), words.begin(), words.end());
    Child child(spawn(helper, all, input, childs_end.get(), complaints.get()));
    childs_end.reset();
    const bool in_time = pump(output.get(), deadline, limits, sink, name);
    const std::optional<int> status = in_time ? child.wait_until(deadline) : std::nullopt;
    if (!status) {
        throw FitsError(FitsFault::damaged,
                        name + ": unpacking did not end within " + std::to_string(limits.wall.count() / 1000) + " s");
    }
    if (*status != 0)
        throw FitsError(FitsFault::damaged, name + ": " + how_it_ended(*status, limits, complaints.get()));
}

}  // namespace nightstack::io
