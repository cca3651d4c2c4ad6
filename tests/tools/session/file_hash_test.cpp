// SPDX-License-Identifier: MIT
#include "tools/session/file_hash.h"

#include <gtest/gtest.h>

#include <fstream>

#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

void append(const std::filesystem::path& path, const char* text) { std::ofstream(path, std::ios::app) << text; }

TEST(FileHash, IsThatOfTheFile) {
    const test::TempFolder folder;
    append(folder / "a", "some bytes");
    FileHash hash(folder / "a", {});
    EXPECT_EQ(hash.get(), io::sha256_of_file(folder / "a"));
}

// Its pixels would be those of another file than the report tells.
TEST(FileHash, OfAFileWrittenToSinceItWasOpenedIsRefused) {
    const test::TempFolder folder;
    append(folder / "a", "some bytes");
    FileHash hash(folder / "a", {});
    append(folder / "a", " and more");
    EXPECT_THROW(hash.get(), IoError);
}

}  // namespace
}  // namespace nightstack::tools
