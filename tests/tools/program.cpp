// SPDX-License-Identifier: MIT
#include "tests/tools/program.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "io/files/sha256.h"
#include "tests/support/small_night.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;

constexpr auto kLongestRun = std::chrono::seconds(60);

[[noreturn]] void become(const std::vector<char*>& argv, const std::vector<char*>& environment, const fs::path& out,
                         const fs::path& err, const CallOptions& options) {
    const int out_fd = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    const int err_fd = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    const int in_fd = ::open("/dev/null", O_RDONLY);
    ::dup2(in_fd, STDIN_FILENO);
    ::dup2(out_fd, STDOUT_FILENO);
    ::dup2(err_fd, STDERR_FILENO);
    if (!options.folder.empty() && ::chdir(options.folder.c_str()) != 0) ::_exit(125);
    if (options.file_size_limit > 0) {
        const rlimit limit{options.file_size_limit, options.file_size_limit};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (options.open_files_limit > 0) {
        const rlimit limit{options.open_files_limit, options.open_files_limit};
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    ::execve(argv.front(), argv.data(), environment.data());
    ::_exit(126);
}

std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> list;
    for (std::string& word : words) list.push_back(word.data());
    list.push_back(nullptr);
    return list;
}

}  // namespace

std::string program_path() { return NIGHTSTACK_BINARY; }

World::World() { fs::create_directories(temp_ / "home"); }

pid_t World::start(const Words& words, const std::string& name, const CallOptions& options) const {
    std::vector<std::string> argv = options.before;
    argv.push_back(program_path());
    argv.insert(argv.end(), words.begin(), words.end());
    std::vector<std::string> environment{"HOME=" + (temp_ / "home").string(), "PATH=/usr/bin:/bin", "TERM=xterm"};
    for (const auto& [key, value] : options.environment) {
        std::erase_if(environment, [&](const std::string& known) { return known.rfind(key + "=", 0) == 0; });
        environment.push_back(key + "=" + value);
    }
    // Leaks of a program that ends on a signal or an exception are no finding.
    environment.emplace_back("ASAN_OPTIONS=detect_leaks=0");
    const auto argv_list = pointers(argv);
    const auto environment_list = pointers(environment);
    for (const char* ending : {".out", ".err"}) write_bytes(temp_ / (name + ending), "");
    const pid_t pid = ::fork();
    if (pid < 0) throw std::runtime_error("fork failed");
    if (pid == 0) become(argv_list, environment_list, temp_ / (name + ".out"), temp_ / (name + ".err"), options);
    return pid;
}

Finished World::wait(pid_t pid, const std::string& name) const {
    const auto end = std::chrono::steady_clock::now() + kLongestRun;
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() > end) ::kill(pid, SIGKILL);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    Finished finished;
    finished.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    finished.out = read_bytes(temp_ / (name + ".out"));
    finished.err = read_bytes(temp_ / (name + ".err"));
    return finished;
}

Finished World::run(const Words& words, const CallOptions& options) const {
    return wait(start(words, "call", options), "call");
}

Finished World::stack(Words words, const CallOptions& options) const {
    words.insert(words.begin(), "stack");
    words.insert(words.end(), {"--output", result().string()});
    return run(words, options);
}

nlohmann::json World::report() const { return read_json(temp_ / "result.json"); }

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::size_t count_lines(const std::string& text, const std::string& part) {
    const auto lines = lines_of(text);
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; }));
}

std::vector<fs::path> files_ending(const fs::path& folder, const std::string& ending) {
    std::vector<fs::path> found;
    if (!fs::exists(folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0)
            found.push_back(entry.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

nlohmann::json read_json(const fs::path& path) { return nlohmann::json::parse(read_bytes(path)); }

nlohmann::json frame_of(const nlohmann::json& report, const std::string& file_name) {
    for (const auto& frame : report.at("frames")) {
        const std::string file = frame.at("file");
        if (fs::path(file).filename() == file_name) return frame;
    }
    return nullptr;
}

std::string sha256_of(const fs::path& path) { return io::sha256_of_file(path); }

}  // namespace nightstack::test
