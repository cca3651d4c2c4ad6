// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace nightstack::tools {

// A fresh folder below $TMPDIR that only this user can enter; removed with all that is in it.
class PrivateFolder {
public:
    PrivateFolder();  // throws IoError
    ~PrivateFolder();
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace nightstack::tools
