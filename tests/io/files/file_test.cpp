// SPDX-License-Identifier: MIT
#include "io/files/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "io/files/sha256.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

std::filesystem::path file_with(const std::string& text) {
    // A name of its own for each test: they may run at the same time.
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    const auto path = std::filesystem::path(testing::TempDir()) / ("file_test_" + name + ".bin");
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

TEST(File, ReadsFromAnyPosition) {
    const File file(file_with("0123456789"));
    std::string part(3, ' ');
    file.read_at(std::as_writable_bytes(std::span(part)), 4);
    EXPECT_EQ(part, "456");
}

TEST(File, NamesTheByteWhereItEnds) {
    const File file(file_with("0123456789"));
    std::string part(5, ' ');
    try {
        file.read_at(std::as_writable_bytes(std::span(part)), 8);
        FAIL();
    } catch (const FormatError& e) {
        EXPECT_NE(std::string(e.what()).find("ends at byte 10, 3 more"), std::string::npos) << e.what();
    }
}

TEST(File, RefusesFoldersPipesAndMissingFiles) {
    const auto pipe = std::filesystem::path(testing::TempDir()) / "file_test.pipe";
    ::unlink(pipe.c_str());
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_THROW(File{pipe}, IoError);  // must not block either
    EXPECT_THROW(File{testing::TempDir()}, IoError);
    EXPECT_THROW(File{"no/such/file"}, IoError);
}

TEST(File, TextHasALimit) {
    EXPECT_EQ(read_text_file(file_with("abc"), 3), "abc");
    EXPECT_THROW(read_text_file(file_with("abcd"), 3), FormatError);
}

TEST(Printable, ShowsHostileNamesHarmlessly) {
    EXPECT_EQ(printable("M 42 \xC3\xA9.fits"), "M 42 \xC3\xA9.fits");
    EXPECT_EQ(printable("a\x1B[31m\n"), "a\\x1B[31m\\x0A");
    EXPECT_EQ(printable("\xFF\xC3"), "\\xFF\\xC3");
    EXPECT_EQ(printable("\xC0\xAF\xED\xA0\x80"), "\\xC0\\xAF\\xED\\xA0\\x80");
    EXPECT_EQ(printable("\xC2\x9B"), "\\xC2\\x9B");  // the 8-bit form of ESC [
}

TEST(Sha256, KnowsTheStandardsExample) {
    EXPECT_EQ(sha256_of_file(file_with("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_of_file(file_with("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace nightstack::io
