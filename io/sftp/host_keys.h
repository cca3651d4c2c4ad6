// SPDX-License-Identifier: MIT
// Which key each scope showed when it was first met: a file of our own with one key per host and port. A scope that
// shows another key later is not the one that was met.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::io {

// A server's public key as in OpenSSH's files.
struct HostKey {
    std::string type;    // "ssh-ed25519"
    std::string base64;  // the key itself
    bool operator==(const HostKey&) const = default;
};

// "SHA256:..." as `ssh` and `ssh-keygen -l` show it. Throws FormatError when the key is no base64.
std::string fingerprint(const HostKey& key);

struct TrustedKey {
    std::string host;  // in lower case
    int port = 22;
    HostKey key;
};

// Lines "[host]:port type base64", the form of OpenSSH's known_hosts. The file is read anew at each call and replaced
// as a whole under a lock, mode 0600, so any thread and any process may use it. Throws IoError; FormatError for a line
// that cannot be read, OptionError when others may write to it: a damaged list must not look like an empty one.
class HostKeyStore {
public:
    explicit HostKeyStore(std::filesystem::path file) : file_(std::move(file)) {}

    const std::filesystem::path& file() const { return file_; }
    std::vector<TrustedKey> all() const;
    std::optional<HostKey> find(std::string_view host, int port) const;
    // Trusts the key unless one is trusted already; gives the one that is.
    HostKey trust_first(std::string_view host, int port, const HostKey& key) const;
    void replace(std::string_view host, int port, const HostKey& key) const;
    bool remove(std::string_view host, int port) const;  // whether there was one

private:
    std::filesystem::path file_;
};

}  // namespace nightstack::io
