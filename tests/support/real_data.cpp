// SPDX-License-Identifier: MIT
#include "tests/support/real_data.h"

#include <cstdlib>

namespace nightstack::test {

std::optional<std::filesystem::path> real_data_folder() {
    const char* named = std::getenv("NIGHTSTACK_TEST_DATA");
    const bool given = named != nullptr && *named != '\0';
    const std::filesystem::path folder =
        given ? std::filesystem::path(named) : std::filesystem::path(NIGHTSTACK_SOURCE_DIR) / ".." / "shared" / "data";
    if (!std::filesystem::is_directory(folder)) return std::nullopt;
    return std::filesystem::canonical(folder);
}

std::filesystem::path test_data_folder() { return std::filesystem::path(NIGHTSTACK_SOURCE_DIR) / "tests" / "data"; }

}  // namespace nightstack::test
