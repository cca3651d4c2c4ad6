// SPDX-License-Identifier: MIT
#include "io/files/output_file.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <fstream>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

class OutputFileTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::path(testing::TempDir()) /
                  ("output_file_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        path_ = folder_ / "result.fits";
    }
    long files() const {
        return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
    }
    std::filesystem::path folder_, path_;
};

TEST_F(OutputFileTest, AppearsWholeOrNotAtAll) {
    {
        OutputFile file(path_);
        file.append("half");
        EXPECT_FALSE(std::filesystem::exists(path_));
    }
    EXPECT_EQ(files(), 0);
    OutputFile file(path_);
    file.append("whole ");
    file.append("file");
    file.write_at(std::as_bytes(std::span("W", 1)), 0);
    file.publish();
    EXPECT_EQ(read_text_file(path_, 100), "Whole file");
    EXPECT_EQ(files(), 1);
}

TEST_F(OutputFileTest, NeverReplacesUnlessTold) {
    std::ofstream(path_) << "old";
    EXPECT_THROW(OutputFile{path_}, OptionError);
    OutputFile file(path_, Overwrite::yes);
    file.append("new");
    file.publish();
    EXPECT_EQ(read_text_file(path_, 100), "new");
}

TEST_F(OutputFileTest, DoesNotReplaceWhatAppearedMeanwhile) {
    OutputFile file(path_);
    std::ofstream(path_) << "somebody else's";
    EXPECT_THROW(file.publish(), OptionError);
    EXPECT_EQ(read_text_file(path_, 100), "somebody else's");
}

TEST_F(OutputFileTest, ReservesZeroes) {
    OutputFile file(path_);
    file.reserve(1000);
    file.publish();
    EXPECT_EQ(read_text_file(path_, 2000), std::string(1000, '\0'));
}

TEST_F(OutputFileTest, SaysWhereItCannotWrite) {
    try {
        OutputFile file(folder_ / "no" / "such" / "x.fits");
        FAIL();
    } catch (const IoError& e) {
        EXPECT_NE(std::string(e.what()).find("x.fits"), std::string::npos);
        EXPECT_EQ(e.code(), ENOENT);
    }
}

TEST(IoError, TellsAFullDisk) {
    EXPECT_TRUE(IoError("x", ENOSPC).disk_full());
    EXPECT_FALSE(IoError("x", EIO).disk_full());
}

}  // namespace
}  // namespace nightstack::io
