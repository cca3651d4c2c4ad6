// SPDX-License-Identifier: MIT
#include "device/sim/card/card_tree.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::device::sim {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kAtOnce = std::size_t{256} * 1024;  // about what a card takes in 10 ms

[[noreturn]] void fail(const fs::path& path, const char* what, int error) {
    throw IoError("card: " + io::printable(path.string()) + ": " + what + ": " + std::generic_category().message(error),
                  error);
}

// Closes itself; says who failed.
class OpenFile {
public:
    OpenFile(int fd, fs::path path) : fd_(fd), path_(std::move(path)) {}
    ~OpenFile() { ::close(fd_); }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    void write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const ::ssize_t n = ::write(fd_, bytes.data(), std::min(bytes.size(), kAtOnce));
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) fail(path_, "cannot write", n < 0 ? errno : EIO);
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
    }
    void seek(::off_t at, int from) const {
        if (::lseek(fd_, at, from) < 0) fail(path_, "cannot seek", errno);
    }

private:
    int fd_;
    fs::path path_;
};

void rename_folder(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::rename(from, to, error);
    if (error) fail(from, "cannot be renamed", error.value());
}

}  // namespace

CardTree::CardTree(fs::path folder, Pause pause) : folder_(std::move(folder)), pause_(std::move(pause)) {
    const fs::path shown = folder_ / "DWARF_II", away = folder_ / ".DWARF_II.away";
    std::error_code error;
    if (!fs::exists(shown, error) && fs::exists(away, error)) rename_folder(away, shown);
    for (const char* name : {"Astronomy", "Normal_Photos"}) {
        fs::create_directories(shown / name, error);
        if (error) fail(shown / name, "cannot be made", error.value());
    }
}

CardTree::~CardTree() {
    try {
        show(true);
    } catch (const IoError&) {  // it comes back with the next twin
    }
}

// The mutex is held while the path means something; an open file is written wherever its folder goes.
int CardTree::open(const std::string& name, int flags) const {
    const std::lock_guard lock(mutex_);
    const fs::path path = root() / name;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) fail(path.parent_path(), "cannot be made", error.value());
    const int fd = ::open(path.c_str(), flags | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) fail(path, "cannot be opened", errno);
    return fd;
}

bool CardTree::write(const std::string& name, std::string_view bytes, const Writing& writing) {
    const OpenFile file(open(name, O_WRONLY | O_TRUNC), name);
    const auto first =
        static_cast<std::size_t>(std::clamp(writing.share, 0.0, 1.0) * static_cast<double>(bytes.size()));
    file.write(bytes.substr(0, first));
    if (first == bytes.size()) return true;
    if (writing.pieces <= 0) return false;
    const auto pieces = static_cast<std::size_t>(writing.pieces);
    for (std::size_t i = 0, at = first; i < pieces; ++i) {
        wait(std::chrono::milliseconds(writing.ms / writing.pieces));
        const std::size_t end = i + 1 == pieces ? bytes.size() : first + (bytes.size() - first) * (i + 1) / pieces;
        file.write(bytes.substr(at, end - at));
        at = end;
    }
    return true;
}

void CardTree::extend(const std::string& name, std::string_view head, std::string_view tail) {
    const OpenFile file(open(name, O_WRONLY), name);
    file.write(head);
    file.seek(0, SEEK_END);
    file.write(tail);
}

bool CardTree::has(const std::string& name) const {
    std::error_code error;
    return fs::exists(path_of(name), error);
}

fs::path CardTree::path_of(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    return root() / name;
}

void CardTree::show(bool visible) {
    const std::lock_guard lock(mutex_);
    if (visible == visible_) return;
    const fs::path from = root();
    visible_ = visible;
    try {
        rename_folder(from, root());
    } catch (...) {
        visible_ = !visible;
        throw;
    }
}

void CardTree::hurry() {
    const std::lock_guard lock(mutex_);
    hurry_ = true;
    hurried_.notify_all();
}

void CardTree::wait(std::chrono::milliseconds time) {
    if (pause_) return pause_(time);
    std::unique_lock lock(mutex_);
    hurried_.wait_for(lock, time, [this] { return hurry_; });
}

}  // namespace nightstack::device::sim
