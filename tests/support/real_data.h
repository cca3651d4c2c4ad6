// SPDX-License-Identifier: MIT
// Where tests find what is not made by them.
#pragma once

#include <filesystem>
#include <optional>

namespace nightstack::test {

// The folder of real frames: NIGHTSTACK_TEST_DATA, else shared/data beside the source tree; nullopt
// when it does not exist. A test without it says so: `if (!data) GTEST_SKIP() << kNoRealData;`
std::optional<std::filesystem::path> real_data_folder();

inline constexpr const char* kNoRealData =
    "SKIPPED: the real data are absent (no shared/data beside the source tree and no NIGHTSTACK_TEST_DATA)";

// tests/data of the source tree.
std::filesystem::path test_data_folder();

}  // namespace nightstack::test
