// SPDX-License-Identifier: MIT
#include "io/sftp/host_keys.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <sstream>

#include "io/files/file.h"
#include "io/files/output_file.h"
#include "io/files/sha256.h"
#include "pipeline/core/ascii.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kLargestFile = 1 << 20;
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string decoded(const std::string& base64) {
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    const std::size_t end = base64.find_last_not_of('=') + 1;
    for (std::size_t i = 0; i < end; ++i) {
        const std::size_t digit = kDigits.find(base64[i]);
        if (digit == std::string_view::npos) throw FormatError("a host key that is no base64");
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>((bits >> static_cast<unsigned>(held)) & 255U);
    }
    return bytes;
}

// Without the '=' at the end, as fingerprints are written.
std::string encoded(std::string_view bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : bytes) {
        bits = (bits << 8U) | static_cast<unsigned char>(c);
        for (held += 8; held >= 6; held -= 6) text += kDigits[(bits >> static_cast<unsigned>(held - 6)) & 63U];
    }
    if (held > 0) text += kDigits[(bits << static_cast<unsigned>(6 - held)) & 63U];
    return text;
}

std::string bytes_of_hex(const std::string& hex) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
        int value = 0;
        std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
        bytes += static_cast<char>(value);
    }
    return bytes;
}

// "[192.168.88.1]:22 ssh-ed25519 AAAA..."
std::optional<TrustedKey> parsed(const std::string& line) {
    std::istringstream words(line);
    std::string place, more;
    TrustedKey found;
    if (!(words >> place >> found.key.type >> found.key.base64) || words >> more) return std::nullopt;
    const std::size_t close = place.rfind("]:");
    if (place.front() != '[' || close == std::string::npos) return std::nullopt;
    found.host = lower_case(place.substr(1, close - 1));
    const char* const end = place.data() + place.size();
    const auto [rest, error] = std::from_chars(place.data() + close + 2, end, found.port);
    if (error != std::errc() || rest != end || found.port < 1 || found.port > 65535) return std::nullopt;
    if (found.host.empty() || found.key.base64.find_first_not_of(std::string(kDigits) + "=") != std::string::npos)
        return std::nullopt;
    return found;
}

void refuse_if_others_write(const std::filesystem::path& file) {
    struct stat s {};
    if (::stat(file.c_str(), &s) == 0 && (s.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        throw OptionError("others may write to " + printable(file.string()) +
                          ", so it proves nothing; look at it, then: chmod 600");
}

std::vector<TrustedKey> read_keys(const std::filesystem::path& file) {
    std::vector<TrustedKey> keys;
    if (!std::filesystem::exists(file)) return keys;
    refuse_if_others_write(file);
    std::istringstream text(read_text_file(file, kLargestFile));
    int number = 0;
    for (std::string line; std::getline(text, line);) {
        ++number;
        if (line.empty() || line.front() == '#') continue;
        const auto key = parsed(line);
        if (!key)
            throw FormatError(printable(file.string()) + ", line " + std::to_string(number) +
                              ": no line of the form [HOST]:PORT TYPE KEY");
        keys.push_back(*key);
    }
    return keys;
}

void write_keys(const std::filesystem::path& file, const std::vector<TrustedKey>& keys) {
    OutputFile out(file, Overwrite::yes);
    if (::chmod(out.temporary_path().c_str(), 0600) != 0)
        throw IoError("cannot protect " + printable(file.string()) + ": " + std::strerror(errno), errno);
    out.append("# The host keys of scopes, written by nightstack; see nightstack scope trust --help\n");
    for (const TrustedKey& k : keys)
        out.append("[" + k.host + "]:" + std::to_string(k.port) + " " + k.key.type + " " + k.key.base64 + "\n");
    out.publish();
}

// Held while the list is read, changed and written. On the folder: the file itself is replaced.
class FolderLock {
public:
    explicit FolderLock(const std::filesystem::path& folder) {
        std::filesystem::create_directories(folder);
        fd_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd_ < 0)
            throw IoError("cannot open folder " + printable(folder.string()) + ": " + std::strerror(errno), errno);
        while (::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
        }
    }
    ~FolderLock() { ::close(fd_); }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int fd_ = -1;
};

std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

auto place_in(std::vector<TrustedKey>& keys, std::string_view host, int port) {
    const std::string name = lower_case(host);
    return std::find_if(keys.begin(), keys.end(),
                        [&](const TrustedKey& k) { return k.host == name && k.port == port; });
}

}  // namespace

std::string fingerprint(const HostKey& key) {
    Sha256 hash;
    hash.add(std::string_view(decoded(key.base64)));
    return "SHA256:" + encoded(bytes_of_hex(hash.hex()));
}

std::vector<TrustedKey> HostKeyStore::all() const { return read_keys(file_); }

std::optional<HostKey> HostKeyStore::find(std::string_view host, int port) const {
    std::vector<TrustedKey> keys = read_keys(file_);
    const auto found = place_in(keys, host, port);
    return found == keys.end() ? std::nullopt : std::optional(found->key);
}

HostKey HostKeyStore::trust_first(std::string_view host, int port, const HostKey& key) const {
    const FolderLock lock(folder_of(file_));
    std::vector<TrustedKey> keys = read_keys(file_);
    const auto found = place_in(keys, host, port);
    if (found != keys.end()) return found->key;
    keys.push_back({lower_case(host), port, key});
    write_keys(file_, keys);
    return key;
}

void HostKeyStore::replace(std::string_view host, int port, const HostKey& key) const {
    const FolderLock lock(folder_of(file_));
    std::vector<TrustedKey> keys = read_keys(file_);
    const auto found = place_in(keys, host, port);
    if (found != keys.end())
        found->key = key;
    else
        keys.push_back({lower_case(host), port, key});
    write_keys(file_, keys);
}

bool HostKeyStore::remove(std::string_view host, int port) const {
    const FolderLock lock(folder_of(file_));
    std::vector<TrustedKey> keys = read_keys(file_);
    const auto found = place_in(keys, host, port);
    if (found == keys.end()) return false;
    keys.erase(found);
    write_keys(file_, keys);
    return true;
}

}  // namespace nightstack::io
