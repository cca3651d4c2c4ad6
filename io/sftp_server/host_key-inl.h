// SPDX-License-Identifier: MIT
// The key by which clients know a server again. Part of the .cpp files of this folder only.
#pragma once

#include <libssh/libssh.h>

#include <filesystem>
#include <memory>
#include <string>

namespace nightstack::io {

using SshKey = std::unique_ptr<ssh_key_struct, void (*)(ssh_key)>;

// Read from the file, or made and written there; without a file made. `rsa`: for clients of old. Throws IoError.
SshKey host_key(const std::filesystem::path& file, bool rsa);
std::string key_fingerprint(ssh_key key);

}  // namespace nightstack::io
