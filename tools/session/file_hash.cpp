// SPDX-License-Identifier: MIT
#include "tools/session/file_hash.h"

#include <utility>

#include "io/files/sha256.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {

FileHash::FileHash(std::filesystem::path path, std::stop_token stop)
    : path_(std::move(path)), stop_(std::move(stop)), seen_(io::File(path_).identity()) {}

// The hash must be of what was read, or will be.
void FileHash::check_unchanged() const {
    const io::FileIdentity now = io::File(path_).identity();
    if (now.size != seen_.size || now.changed_ns != seen_.changed_ns)
        throw IoError(io::printable(path_.string()) + ": written to since it was opened first");
}

const std::string& FileHash::get() {
    std::call_once(once_, [this] {
        check_unchanged();
        hex_ = io::sha256_of_file(path_, stop_);
        check_unchanged();
    });
    return hex_;
}

}  // namespace nightstack::tools
