// SPDX-License-Identifier: MIT
// A folder that lives as long as the test, and the folder of real data.
#pragma once

#include <filesystem>
#include <string>

namespace nightstack::io {

class TempTree {
public:
    TempTree();
    ~TempTree();
    TempTree(const TempTree&) = delete;
    TempTree& operator=(const TempTree&) = delete;

    const std::filesystem::path& root() const { return root_; }
    std::filesystem::path operator/(const std::string& name) const { return root_ / name; }
    // Makes the file and the folders above it.
    std::filesystem::path file(const std::string& name, const std::string& text = "stub\n") const;

private:
    std::filesystem::path root_;
};

}  // namespace nightstack::io
