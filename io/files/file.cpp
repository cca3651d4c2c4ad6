// SPDX-License-Identifier: MIT
#include "io/files/file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

std::string problem(const char* what, const std::filesystem::path& path, int code) {
    return std::string(what) + " " + printable(path.string()) + ": " + std::strerror(code);
}

// Length of the valid UTF-8 sequence at `text[i]`, 0 if there is none.
std::size_t utf8_length(const std::string& text, std::size_t i) {
    const auto byte = [&](std::size_t k) { return k < text.size() ? static_cast<unsigned char>(text[k]) : 0U; };
    const unsigned lead = byte(i);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 && lead < 0xF5   ? 4
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                                                             : 0;
    for (std::size_t k = 1; k < length; ++k) {
        if ((byte(i + k) & 0xC0) != 0x80) return 0;
    }
    // overlong forms, surrogates, beyond U+10FFFF; and U+0080..U+009F are control characters too
    if (lead == 0xE0 && byte(i + 1) < 0xA0) return 0;
    if (lead == 0xED && byte(i + 1) > 0x9F) return 0;
    if (lead == 0xF0 && byte(i + 1) < 0x90) return 0;
    if (lead == 0xF4 && byte(i + 1) > 0x8F) return 0;
    if (lead == 0xC2 && byte(i + 1) < 0xA0) return 0;
    return length;
}

}  // namespace

File::File(const std::filesystem::path& path) : path_(path) {
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd_ < 0) throw IoError(problem("cannot open", path, errno), errno);
    struct stat info {};
    if (::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd_);
        throw IoError("cannot read " + printable(path.string()) + ": not a regular file");
    }
    identity_ = {static_cast<std::uint64_t>(info.st_size),
                 std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_ino};
}

File::~File() {
    if (fd_ >= 0) ::close(fd_);
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), identity_(other.identity_) {}

bool File::keeps_inode() const {
    struct statfs system {};
    if (::fstatfs(fd_, &system) != 0) return false;
    switch (static_cast<std::uint32_t>(system.f_type)) {
        case MSDOS_SUPER_MAGIC:
        case EXFAT_SUPER_MAGIC:
        case SMB_SUPER_MAGIC:
        case SMB2_SUPER_MAGIC:
        case CIFS_SUPER_MAGIC:
        case FUSE_SUPER_MAGIC: return false;
        default: return true;
    }
}

void File::read_at(std::span<std::byte> out, std::uint64_t offset) const {
    while (!out.empty()) {
        const ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw IoError(problem("cannot read", path_, errno), errno);
        if (n == 0) {
            throw FormatError(printable(path_.string()) + ": file ends at byte " + std::to_string(offset) + ", " +
                              std::to_string(out.size()) + " more expected");
        }
        out = out.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit) {
    const File file(path);
    if (file.size() > limit) {
        throw FormatError(printable(path.string()) + ": " + std::to_string(file.size()) + " bytes, at most " +
                          std::to_string(limit) + " expected");
    }
    std::string text(file.size(), '\0');
    file.read_at(std::as_writable_bytes(std::span(text)), 0);
    return text;
}

std::string printable(const std::string& name) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (std::size_t i = 0; i < name.size();) {
        const auto c = static_cast<unsigned char>(name[i]);
        const std::size_t length = utf8_length(name, i);
        if (length == 0 || c < 0x20 || c == 0x7F) {
            out += {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
            ++i;
        } else {
            out.append(name, i, length);
            i += length;
        }
    }
    return out;
}

}  // namespace nightstack::io
