// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace nightstack::test {

// A fresh empty folder, removed with everything in it at the end.
class TempFolder {
public:
    TempFolder();
    ~TempFolder();
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }
    // A small file of that name, with the folders above it.
    std::filesystem::path put(const std::filesystem::path& name) const;
    std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace nightstack::test
