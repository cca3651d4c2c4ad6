// SPDX-License-Identifier: MIT
#include "tests/io/session/temp_tree.h"

#include <gtest/gtest.h>
#include <stdlib.h>  // mkdtemp

#include <fstream>
#include <stdexcept>

namespace nightstack::io {

TempTree::TempTree() {
    std::string pattern = testing::TempDir() + "/session_XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    root_ = std::filesystem::canonical(pattern);
}

TempTree::~TempTree() {
    std::error_code error;
    std::filesystem::remove_all(root_, error);
}

std::filesystem::path TempTree::file(const std::string& name, const std::string& text) const {
    const auto path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

}  // namespace nightstack::io
