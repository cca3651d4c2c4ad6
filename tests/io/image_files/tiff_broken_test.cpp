// SPDX-License-Identifier: MIT
// Broken and hostile TIFF: each is read or refused in words, within bounds; the sanitizers watch.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <random>

#include "io/image_files/tiff.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"

namespace nightstack::io {
namespace {

using testing::HasSubstr;

// True when every pixel came out; false when refused by one of our exceptions. Anything else fails the test.
bool reads(const std::filesystem::path& path, std::string* text = nullptr) {
    try {
        const auto file = open_tiff(path);
        const StreamFormat& f = file->format();
        Image<float> row(f.width, 1);
        for (int plane = 0; plane < f.planes(); ++plane) {
            for (int y = 0; y < std::min(f.height, 64); ++y) file->read(row.view(), {0, y, f.width, 1}, plane);
        }
        return true;
    } catch (const Error& e) {
        if (text != nullptr) *text = e.what();
        return false;
    }
}

std::string refusal(const MadeTiff& m) {
    const auto path = temp("tiff_refused.tif");
    make_tiff(path, m);
    std::string text = "(was read)";
    reads(path, &text);
    return text;
}

TEST(TiffBroken, SaysWhatCannotBeRead) {
    EXPECT_THAT(refusal({.bits = 32, .sample_format = 1}), HasSubstr("32-bit samples of format 1"));
    EXPECT_THAT(refusal({.bits = 64, .sample_format = 3}), HasSubstr("64-bit samples of format 3"));
    EXPECT_THAT(refusal({.compression = 32773}), HasSubstr("compression 32773"));
    EXPECT_THAT(refusal({.orientation = 6}), HasSubstr("orientation 6"));
    EXPECT_THAT(refusal({.photometric = 0}), HasSubstr("photometric kind 0"));  // white is zero
    EXPECT_THAT(refusal({.width = 16'385, .height = 1, .rows_per_strip = 1}), HasSubstr("size 16385x1"));
}

TEST(TiffBroken, EveryTruncationIsRefusedOrRead) {
    for (const MadeTiff& m : {MadeTiff{.label = "plain", .width = 9, .height = 7, .rows_per_strip = 3},
                              MadeTiff{.label = "lzw", .width = 9, .height = 7, .compression = 5, .rows_per_strip = 3},
                              MadeTiff{.label = "tiles", .width = 20, .height = 7, .compression = 8, .tile = 16}}) {
        const auto path = temp("tiff_truncated_" + m.label + ".tif");
        make_tiff(path, m);
        const std::string whole = bytes_of(path);
        ASSERT_TRUE(reads(path));
        for (std::size_t n = 0; n < whole.size(); ++n) {
            write_bytes(path, whole.substr(0, n));
            // The directory stands at the end of what libtiff writes: only its last bytes may be missed.
            const bool was_read = reads(path);
            EXPECT_TRUE(!was_read || n + 32 >= whole.size()) << m.label << " cut at " << n;
        }
    }
}

TEST(TiffBroken, CutPixelsAreToldWithTheFile) {
    const auto path = temp("tiff_cut.tif");
    {
        OutputFile out(path, Overwrite::yes);
        TiffWriter writer(out, {.width = 64, .height = 64, .sample = TiffSample::uint16});
        Image<std::uint16_t> pixels(64, 64);
        const ImageView<const std::uint16_t> plane = pixels.cview();
        writer.write_rows(0, std::span(&plane, 1));
        writer.finish();
        out.publish();
    }
    const std::string whole = bytes_of(path);
    write_bytes(path, whole.substr(0, whole.size() - 1));
    std::string text;
    EXPECT_FALSE(reads(path, &text));
    EXPECT_THAT(text, HasSubstr("tiff_cut.tif: block 0 of 1 ends beyond the file's"));
}

// A few bytes of directory: width, height, one strip.
std::string tiny_tiff(std::uint32_t width, std::uint32_t height, std::uint32_t bits, std::uint32_t compression,
                      std::uint32_t rows, std::uint32_t offset, std::uint32_t count) {
    std::string out("II*\0\x08\0\0\0", 8);
    const auto put = [&](std::uint32_t v, int n) {
        for (int i = 0; i < n; ++i) out += static_cast<char>(v >> (8 * i) & 0xFF);
    };
    const std::pair<std::uint32_t, std::uint32_t> tags[] = {{256, width},       {257, height}, {258, bits},
                                                            {259, compression}, {262, 1},      {273, offset},
                                                            {277, 1},           {278, rows},   {279, count}};
    put(std::size(tags), 2);
    for (const auto& [tag, value] : tags) {
        put(tag, 2);
        put(4, 2);
        put(1, 4);
        put(value, 4);
    }
    put(0, 4);
    return out + std::string(200, 'x');
}

TEST(TiffBroken, AbsurdTagsCostNoMemory) {
    const auto path = temp("tiff_absurd.tif");
    struct rusage before {};
    ::getrusage(RUSAGE_SELF, &before);
    const std::uint32_t values[] = {0, 1, 2, 16, 255, 16'384, 16'385, 65'536, 0x7FFF'FFFF, 0xFFFF'FFFF};
    for (const std::uint32_t a : values) {
        for (const std::uint32_t b : values) {
            for (const std::uint32_t compression : {1U, 5U, 8U, 7U, 34925U}) {
                write_bytes(path, tiny_tiff(a, b, 16, compression, b, 130, 100));
                reads(path);
                write_bytes(path, tiny_tiff(8, 8, 16, compression, a, b, b));
                reads(path);
                write_bytes(path, tiny_tiff(8, 8, a, compression, 8, 130, b));
                reads(path);
            }
        }
    }
    struct rusage after {};
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 100 * 1024) << "KiB more than before";
    write_bytes(path, tiny_tiff(16'384, 16'384, 16, 8, 16'384, 130, 100));  // a bomb by its own account
    std::string text;
    EXPECT_FALSE(reads(path, &text));
    EXPECT_THAT(text, HasSubstr("100 bytes cannot hold the 536870912"));
    write_bytes(path, tiny_tiff(8, 8, 16, 1, 8, 130, 128));
    EXPECT_TRUE(reads(path));
}

TEST(TiffBroken, ChangedBytesAreReadOrRefused) {
    std::mt19937 random(2024);
    int read = 0;
    int refused = 0;
    for (const MadeTiff& m : {MadeTiff{.width = 12, .height = 10, .rows_per_strip = 4},
                              MadeTiff{.width = 12, .height = 10, .channels = 3, .compression = 5, .rows_per_strip = 4},
                              MadeTiff{.width = 20, .height = 18, .compression = 8, .predictor = 2, .tile = 16},
                              MadeTiff{.width = 12,
                              .height = 10,
                              .bits = 32,
                              .sample_format = 3,
                              .big_endian = true,
                              .big_tiff = true,
                              .rows_per_strip = 4}}) {
        const auto path = temp("tiff_changed.tif");
        make_tiff(path, m);
        const std::string whole = bytes_of(path);
        // header and directory, where the meaning stands: the first 16 bytes and the tail
        const std::size_t tail = std::min<std::size_t>(whole.size() - 16, 300);
        for (int i = 0; i < 500; ++i) {
            std::string changed = whole;
            for (auto n = 1 + random() % 4; n > 0; --n) {
                const std::size_t k = random() % (16 + tail);
                changed[k < 16 ? k : whole.size() - tail + k - 16] = static_cast<char>(random());
            }
            write_bytes(path, changed);
            ++(reads(path) ? read : refused);
        }
    }
    EXPECT_EQ(read + refused, 2'000);
    EXPECT_GT(read, 50);
    EXPECT_GT(refused, 50);
}

TEST(TiffBroken, OtherFilesAreNoTiff) {
    const auto path = temp("tiff_other.tif");
    for (const std::string& bytes :
         {std::string(), std::string("SIMPLE  ="), std::string(5000, '\0'), std::string("II*"),
          std::string("II*\0\x08\0\0\0", 8), std::string("\x89PNG\r\n\x1A\n")}) {
        write_bytes(path, bytes);
        std::string text;
        EXPECT_FALSE(reads(path, &text));
        EXPECT_THAT(text, HasSubstr("not a TIFF"));
    }
    EXPECT_THROW(open_tiff(temp("no_such.tif")), IoError);
    EXPECT_THROW(open_tiff(testing::TempDir()), IoError);
}

}  // namespace
}  // namespace nightstack::io
