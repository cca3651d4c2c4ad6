// SPDX-License-Identifier: MIT
// The SHA-256 of a file, found when it is first wanted: a light is hashed by the thread that is about to read it, so
// that its bytes come from the disk once and no hashing delays the first measurement.
#pragma once

#include <filesystem>
#include <mutex>
#include <stop_token>
#include <string>

#include "io/files/file.h"

namespace nightstack::tools {

// Any thread; those who come while it is being found wait.
class FileHash {
public:
    // Remembers size and time of the last write. Throws IoError.
    FileHash(std::filesystem::path path, std::stop_token stop);

    // Throws IoError (also when the file has been written to since), FormatError (it shrinks), Interrupted; then the
    // next call tries again.
    const std::string& get();

private:
    void check_unchanged() const;

    std::filesystem::path path_;
    std::stop_token stop_;
    io::FileIdentity seen_;
    std::once_flag once_;
    std::string hex_;
};

}  // namespace nightstack::tools
