// SPDX-License-Identifier: MIT
#include "tests/support/temp_folder.h"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace nightstack::test {

TempFolder::TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "nightstack-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
}

TempFolder::~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace nightstack::test
