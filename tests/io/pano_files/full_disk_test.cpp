// SPDX-License-Identifier: MIT
// Files that may not grow: what the writers of panoramas do then is an IoError, and nothing stays behind.
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <csignal>

#include "io/image_files/rows_writer.h"
#include "io/pano_files/big_tiff.h"
#include "io/pano_files/deep_zoom.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"

namespace nightstack::io {
namespace {

namespace fs = std::filesystem;

class SmallFiles {
public:
    explicit SmallFiles(rlim_t bytes) {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit now = before_;
        now.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &now);
    }
    ~SmallFiles() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, SIG_DFL);
    }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;

private:
    rlimit before_{};
};

std::vector<std::byte> noise(std::size_t size) {
    std::vector<std::byte> out(size);
    std::uint32_t state = 1;
    for (std::byte& b : out) b = static_cast<std::byte>((state = state * 1664525U + 1013904223U) >> 24);
    return out;
}

TEST(FullDisk, OfAJpeg) {
    const fs::path folder = temp("full-jpeg");
    fs::create_directories(folder);
    {
        const SmallFiles limit(4096);
        OutputFile file(folder / "a.jpg");
        const auto writer = jpeg_rows_writer(file, {.width = 300, .height = 300});
        SerialRunner runner;
        EXPECT_THROW(writer->append(noise(300 * 300 * 3), 300, runner), IoError);
    }
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST(FullDisk, OfABigTiff) {
    const fs::path folder = temp("full-tiff");
    fs::create_directories(folder);
    ScratchStore store(1 << 24, folder / "scratch", ScratchMemory::mapped);
    {
        const SmallFiles limit(4096);
        OutputFile file(folder / "a.tif");
        const auto writer = big_tiff_writer(file, {.grid = {.width = 300, .height = 300}}, store);
        ThreadRunner runner(3);
        const auto rows = rows_into_blocks(*writer);
        EXPECT_THROW(rows->append(noise(300 * 300 * 3), 300, runner), IoError);
    }
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST(FullDisk, OfADeepZoom) {
    const fs::path folder = temp("full-zoom");
    fs::create_directories(folder);
    ScratchStore store(1 << 24, folder / "scratch", ScratchMemory::mapped);
    {
        const SmallFiles limit(4096);
        const auto writer = deep_zoom_writer(folder / "a.dzi", {.grid = {.width = 300, .height = 300}}, store);
        ThreadRunner runner(3);
        const auto rows = rows_into_blocks(*writer);
        EXPECT_THROW(rows->append(noise(300 * 300 * 3), 300, runner), IoError);
    }
    EXPECT_TRUE(fs::is_empty(folder));
}

}  // namespace
}  // namespace nightstack::io
