// SPDX-License-Identifier: MIT
#include "tools/session/file_hash.h"

#include "io/files/sha256.h"

namespace nightstack::tools {

const std::string& FileHash::get() {
    std::call_once(once_, [this] { hex_ = io::sha256_of_file(path_, stop_); });
    return hex_;
}

}  // namespace nightstack::tools
