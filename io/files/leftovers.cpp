// SPDX-License-Identifier: MIT
#include "io/files/leftovers.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace {

constexpr std::string_view kEnding = ".nightstack.part";

// The lock of a writer that lives cannot be had, and while we have it nobody begins to write this file (OutputFile
// looks whether its new file is still there once it has locked it). Read and write: the way locks work over a network
// asks for it, and what may not be written is not ours to remove.
bool remove_if_unheld(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return false;
    struct stat held {
    }, named{};
    const bool gone = ::fstat(fd, &held) == 0 && S_ISREG(held.st_mode) && ::flock(fd, LOCK_EX | LOCK_NB) == 0 &&
                      ::lstat(path.c_str(), &named) == 0 && named.st_dev == held.st_dev &&
                      named.st_ino == held.st_ino && ::unlink(path.c_str()) == 0;
    ::close(fd);
    return gone;
}

}  // namespace

std::string temporary_file_name(const std::string& name, long process, int serial) {
    std::string text(".");
    text += name;
    text += '.';
    text += std::to_string(process);
    text += '-';
    text += std::to_string(serial);
    text += kEnding;
    return text;
}

bool is_temporary_file_name(std::string_view name) {
    if (!name.starts_with('.') || !name.ends_with(kEnding)) return false;
    name = name.substr(1, name.size() - 1 - kEnding.size());
    const std::size_t dot = name.rfind('.');
    const std::size_t dash = name.rfind('-');
    if (dot == std::string_view::npos || dash == std::string_view::npos || dot == 0 || dash < dot) return false;
    return all_digits(name.substr(dot + 1, dash - dot - 1)) && all_digits(name.substr(dash + 1));
}

std::size_t remove_leftovers(const std::filesystem::path& folder) noexcept {
    try {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(folder.empty() ? "." : folder)) {
            if (is_temporary_file_name(entry.path().filename().string())) found.push_back(entry.path());
        }
        return static_cast<std::size_t>(std::count_if(found.begin(), found.end(), remove_if_unheld));
    } catch (...) {  // no such folder, it may not be read, no memory: nothing is tidied
        return 0;
    }
}

}  // namespace nightstack::io
