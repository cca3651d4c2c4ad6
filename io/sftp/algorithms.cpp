// SPDX-License-Identifier: MIT
#include "io/sftp/algorithms.h"

#include <array>

#include "pipeline/core/printable.h"

namespace nightstack::io::sftp {
namespace {

constexpr std::string_view kKeyExchange =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,"
    "diffie-hellman-group14-sha256";
constexpr std::string_view kHostKeys =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";
// AES-GCM is the fastest where the processors have AES, and both ends have it then; scopes without it offer ChaCha20.
constexpr std::string_view kCiphers =
    "aes128-gcm@openssh.com,aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr";
constexpr std::string_view kMacs =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";

// SHA-1, CBC and 1024-bit groups: what a scope of 2016 may be limited to.
constexpr std::string_view kOldKeyExchange =
    "diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1,diffie-hellman-group1-sha1";
constexpr std::string_view kOldHostKeys = "ssh-rsa";
constexpr std::string_view kOldCiphers = "aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc";
constexpr std::string_view kOldMacs = "hmac-sha1-etm@openssh.com,hmac-sha1";

std::string list(std::string_view good, std::string_view old, bool legacy) {
    std::string all(good);
    if (legacy) all.append(",").append(old);
    return all;
}

// "a,b,c" with those of `type` in front; a key of RSA is signed in three ways.
std::string with_first(const std::string& all, std::string_view type) {
    const std::string_view wanted = type == "ssh-rsa" ? "rsa" : type;
    if (wanted.empty()) return all;
    std::string first, rest;
    for (std::size_t at = 0; at <= all.size();) {
        const std::size_t end = std::min(all.find(',', at), all.size());
        const std::string name = all.substr(at, end - at);
        (name.find(wanted) != std::string::npos ? first : rest) += name + ",";
        at = end + 1;
    }
    first += rest;
    first.pop_back();
    return first;
}

bool holds_any_of(std::string_view offered, std::string_view names) {
    const std::string padded = "," + std::string(offered) + ",";
    for (std::size_t at = 0; at <= names.size();) {
        const std::size_t end = std::min(names.find(',', at), names.size());
        if (padded.find("," + std::string(names.substr(at, end - at)) + ",") != std::string::npos) return true;
        at = end + 1;
    }
    return false;
}

struct Kind {
    std::string_view theirs, ours, old;
};
constexpr std::array<Kind, 4> kKinds = {{{"kex algos", "key exchange", kOldKeyExchange},
                                         {"server host key algo", "host key", kOldHostKeys},
                                         {"encryption ", "cipher", kOldCiphers},
                                         {"mac algo", "checksum (MAC)", kOldMacs}}};

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t at = text.find(before);
    if (at == std::string_view::npos) return {};
    const std::string_view rest = text.substr(at + before.size());
    return rest.substr(0, std::min(rest.find(after), rest.size()));
}

}  // namespace

Algorithms allowed_algorithms(bool legacy, std::string_view known_type) {
    return {list(kKeyExchange, kOldKeyExchange, legacy), with_first(list(kHostKeys, kOldHostKeys, legacy), known_type),
            list(kCiphers, kOldCiphers, legacy), list(kMacs, kOldMacs, legacy)};
}

std::string missing_algorithm(std::string_view error, bool legacy) {
    const std::string_view method = between(error, "no match for method ", ":");
    if (method.empty()) return {};
    const std::string_view offered = between(error, "server [", "]").substr(0, 400);
    std::string kind(method);
    bool old = false;
    for (const Kind& k : kKinds) {
        if (!method.starts_with(k.theirs)) continue;
        kind = k.ours;
        old = holds_any_of(offered, k.old);
    }
    const std::string found = printable(kind) + " algorithm: it offers only " + printable(offered);
    if (old && !legacy)
        return "no common " + found + ", which is out of date; --legacy-ssh accepts it (for a scope of your own)";
    return "no common " + found;
}

}  // namespace nightstack::io::sftp
