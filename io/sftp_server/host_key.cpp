// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include "io/sftp_server/host_key-inl.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr int kRsaBits = 2048;

SshKey new_key(bool rsa) {
    ssh_key key = nullptr;
    const auto kind = rsa ? SSH_KEYTYPE_RSA : SSH_KEYTYPE_ED25519;
    if (ssh_pki_generate(kind, rsa ? kRsaBits : 0, &key) != SSH_OK) throw IoError("cannot make an SSH host key");
    return {key, &ssh_key_free};
}

}  // namespace

SshKey host_key(const std::filesystem::path& file, bool rsa) {
    if (file.empty()) return new_key(rsa);
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        ssh_key key = nullptr;
        if (ssh_pki_import_privkey_file(file.c_str(), nullptr, nullptr, nullptr, &key) != SSH_OK)
            throw IoError("cannot read the SSH host key " + printable(file.string()));
        return {key, &ssh_key_free};
    }
    SshKey key = new_key(rsa);
    const mode_t before = ::umask(S_IRWXG | S_IRWXO);
    const int result = ssh_pki_export_privkey_file(key.get(), nullptr, nullptr, nullptr, file.c_str());
    ::umask(before);
    if (result != SSH_OK) throw IoError("cannot write the SSH host key " + printable(file.string()));
    return key;
}

std::string key_fingerprint(ssh_key key) {
    unsigned char* hash = nullptr;
    std::size_t size = 0;
    if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) != SSH_OK) return {};
    char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
    std::string out = text == nullptr ? "" : text;
    ssh_string_free_char(text);
    ssh_clean_pubkey_hash(&hash);
    return out;
}

}  // namespace nightstack::io
