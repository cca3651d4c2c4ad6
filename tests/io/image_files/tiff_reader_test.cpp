// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "io/image_files/tiff.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"
#include "tests/support/real_data.h"

namespace nightstack::io {
namespace {

void expect_region(const FrameFile& file, const MadeTiff& m, Rect r, int plane) {
    Image<float> got(r.width, r.height);
    file.read(got.view(), r, plane);
    for (int y = 0; y < r.height; ++y) {
        for (int x = 0; x < r.width; ++x) {
            const int row = file.rows_reversed() ? m.height - 1 - (r.y + y) : r.y + y;
            ASSERT_EQ(got.view()(x, y), static_cast<float>(made_value(m, r.x + x, row, plane)))
                << r.x + x << "," << r.y + y << " plane " << plane;
        }
    }
}

class Tiffs : public testing::TestWithParam<MadeTiff> {};

TEST_P(Tiffs, ReadAsWritten) {
    const MadeTiff& m = GetParam();
    const auto path = temp("tiffs_" + m.label + ".tif");
    make_tiff(path, m);
    const auto file = open_tiff(path);
    ASSERT_EQ(file->format().width, m.width);
    ASSERT_EQ(file->format().height, m.height);
    ASSERT_EQ(file->format().planes(), m.channels - m.extra);
    EXPECT_EQ(file->info().camera, "Test camera");
    std::mt19937 random(5);
    for (int plane = 0; plane < file->format().planes(); ++plane) {
        expect_region(*file, m, {0, 0, m.width, m.height}, plane);
        for (int i = 0; i < 20; ++i) {
            const int x = static_cast<int>(random() % static_cast<unsigned>(m.width));
            const int y = static_cast<int>(random() % static_cast<unsigned>(m.height));
            const int w = 1 + static_cast<int>(random() % static_cast<unsigned>(m.width - x));
            const int h = 1 + static_cast<int>(random() % static_cast<unsigned>(m.height - y));
            expect_region(*file, m, {x, y, w, h}, plane);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, Tiffs,
    testing::Values(
        MadeTiff{.label = "plain"}, MadeTiff{.label = "one_strip", .rows_per_strip = 29},
        MadeTiff{.label = "row_strips", .rows_per_strip = 1}, MadeTiff{.label = "big_endian", .big_endian = true},
        MadeTiff{.label = "big_tiff", .big_tiff = true}, MadeTiff{.label = "bits8", .bits = 8},
        MadeTiff{.label = "signed16", .sample_format = 2}, MadeTiff{.label = "float32", .bits = 32, .sample_format = 3},
        MadeTiff{.label = "float_big_endian", .bits = 32, .sample_format = 3, .big_endian = true},
        MadeTiff{.label = "rgb", .channels = 3}, MadeTiff{.label = "rgb8", .channels = 3, .bits = 8},
        MadeTiff{.label = "rgb_float", .channels = 3, .bits = 32, .sample_format = 3},
        MadeTiff{.label = "rgb_separate", .channels = 3, .separate = true},
        MadeTiff{.label = "rgba", .channels = 4, .extra = 1},
        MadeTiff{.label = "gray_alpha", .channels = 2, .extra = 1},
        MadeTiff{.label = "rgba_separate", .channels = 4, .separate = true, .extra = 1},
        MadeTiff{.label = "lzw", .compression = 5},
        MadeTiff{.label = "lzw_predicted", .compression = 5, .predictor = 2},
        MadeTiff{.label = "deflate", .compression = 8},
        MadeTiff{.label = "deflate_big_endian", .compression = 8, .predictor = 2, .big_endian = true},
        MadeTiff{.label = "deflate_float", .bits = 32, .sample_format = 3, .compression = 8, .predictor = 3},
        MadeTiff{.label = "deflate_rgb_separate", .channels = 3, .compression = 8, .separate = true},
        MadeTiff{.label = "tiles", .tile = 16}, MadeTiff{.label = "tiles_big_endian", .big_endian = true, .tile = 16},
        MadeTiff{.label = "tiles_lzw_rgb", .channels = 3, .compression = 5, .tile = 16},
        MadeTiff{.label = "tiles_separate", .channels = 3, .compression = 8, .separate = true, .tile = 32},
        MadeTiff{.label = "bottom_up", .orientation = 4},
        MadeTiff{.label = "bottom_up_lzw", .compression = 5, .orientation = 4},
        MadeTiff{.label = "one_pixel", .width = 1, .height = 1, .rows_per_strip = 1}),
    [](const auto& made) { return made.param.label; });

TEST(TiffReader, PatternComesFromTheCallerOrTheTag) {
    const auto path = temp("tiff_cfa.tif");
    make_tiff(path, {});
    EXPECT_EQ(open_tiff(path)->format().kind, PixelKind::mono);
    const auto told = open_tiff(path, {CfaPattern::gbrg});
    EXPECT_EQ(told->format().kind, PixelKind::cfa);
    EXPECT_EQ(told->format().cfa, CfaPattern::gbrg);
    make_tiff(path, {.height = 30, .photometric = 32803, .cfa = {1, 2, 0, 1}});
    EXPECT_EQ(open_tiff(path)->format().cfa, CfaPattern::gbrg);
    EXPECT_EQ(open_tiff(path, {CfaPattern::rggb})->format().cfa, CfaPattern::rggb);
    make_tiff(path, {.height = 30, .orientation = 4, .photometric = 32803, .cfa = {1, 2, 0, 1}});
    EXPECT_EQ(open_tiff(path)->format().cfa, CfaPattern::rggb);  // the last row comes first
    make_tiff(path, {.photometric = 32803, .cfa = {7, 7, 7, 7}});
    EXPECT_EQ(open_tiff(path)->format().kind, PixelKind::mono);
    make_tiff(path, {.channels = 3});
    EXPECT_FALSE(open_tiff(path, {CfaPattern::gbrg})->format().cfa);
}

TEST(TiffReader, ThreadsReadTheSame) {
    for (const int compression : {1, 8}) {
        const MadeTiff m{.width = 200, .height = 150, .channels = 3, .compression = compression, .tile = 16};
        const auto path = temp("tiff_threads.tif");
        make_tiff(path, m);
        const auto file = open_tiff(path);
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                for (int k = 0; k < 20; ++k)
                    expect_region(*file, m, {(i * 37 + k * 5) % 150, k * 6, 50, 30}, (i + k) % 3);
            });
        }
    }
}

TEST(TiffReader, RealFramesOfAnAltAzimuthCamera) {
    const auto data = test::real_data_folder();
    if (!data) GTEST_SKIP() << test::kNoRealData;
    const auto folder = *data / "tetra3-alt-az";
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const auto file = open_tiff(entry.path());
        EXPECT_EQ(file->format(), (StreamFormat{1024, 768, PixelKind::mono, std::nullopt}));
        Image<float> all(1024, 768);
        file->read(all.view(), {0, 0, 1024, 768}, 0);
        double sum = 0;
        for (int y = 0; y < 768; ++y) {
            for (const float v : all.view().row(y)) sum += v;
        }
        EXPECT_GT(sum / (1024 * 768), 10) << entry.path();  // a night sky, not zeros
        ++files;
    }
    EXPECT_EQ(files, 4);
}

}  // namespace
}  // namespace nightstack::io
