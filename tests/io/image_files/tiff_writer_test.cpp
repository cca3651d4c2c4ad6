// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <thread>

#include "io/image_files/tiff.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"

namespace nightstack::io {
namespace {

template <class T>
Image<T> noise(int width, int height, unsigned seed) {
    std::mt19937 random(seed);
    Image<T> image(width, height);
    for (int y = 0; y < height; ++y) {
        for (T& v : image.view().row(y)) v = static_cast<T>(random() % 65'536);
    }
    return image;
}

template <class T>
std::filesystem::path written(const TiffWriteFormat& format, const std::vector<ImageView<const T>>& planes,
                              int rows_at_once) {
    const auto path = temp("tiff_written.tif");
    OutputFile out(path, Overwrite::yes);
    TiffWriter writer(out, format);
    for (int y = 0; y < format.height; y += rows_at_once) {
        const int rows = std::min(rows_at_once, format.height - y);
        std::vector<ImageView<const T>> part;
        for (const auto& plane : planes) part.push_back(plane.cropped({0, y, format.width, rows}));
        writer.write_rows(y, std::span<const ImageView<const T>>(part));
    }
    writer.finish();
    out.publish();
    return path;
}

// libtiff as the judge: every tag and every sample.
template <class T>
void expect_by_libtiff(const std::filesystem::path& path, const std::vector<ImageView<const T>>& planes) {
    TIFF* t = TIFFOpen(path.c_str(), "r");
    ASSERT_NE(t, nullptr);
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint16_t channels = 0;
    std::uint16_t format = 0;
    TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &width);
    TIFFGetField(t, TIFFTAG_IMAGELENGTH, &height);
    TIFFGetField(t, TIFFTAG_SAMPLESPERPIXEL, &channels);
    TIFFGetField(t, TIFFTAG_SAMPLEFORMAT, &format);
    ASSERT_EQ(channels, planes.size());
    EXPECT_EQ(format, (std::is_same_v<T, float> ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT));
    std::vector<T> line(std::size_t{width} * channels);
    ASSERT_EQ(TIFFScanlineSize(t), static_cast<tmsize_t>(line.size() * sizeof(T)));
    for (std::uint32_t y = 0; y < height; ++y) {
        ASSERT_EQ(TIFFReadScanline(t, line.data(), y), 1);
        for (std::size_t i = 0; i < line.size(); ++i) {
            const T wanted = planes[i % channels](static_cast<int>(i / channels), static_cast<int>(y));
            ASSERT_EQ(std::memcmp(&line[i], &wanted, sizeof(T)), 0) << i << "," << y;  // NaN too
        }
    }
    TIFFClose(t);
}

TEST(TiffWriter, LibtiffReadsFloatColour) {
    Image<float> r = noise<float>(101, 700, 1);
    Image<float> g = noise<float>(101, 700, 2);
    Image<float> b = noise<float>(101, 700, 3);
    r.view()(0, 0) = std::numeric_limits<float>::quiet_NaN();
    r.view()(1, 0) = -1.5F;
    const std::vector<ImageView<const float>> planes{r.cview(), g.cview(), b.cview()};
    const auto path = written<float>({.width = 101, .height = 700, .channels = 3, .software = "odd"}, planes, 33);
    expect_by_libtiff(path, planes);
    const auto file = open_tiff(path);
    Image<float> back(101, 700);
    file->read(back.view(), {0, 0, 101, 700}, 1);
    for (int y = 0; y < 700; ++y) ASSERT_TRUE(std::ranges::equal(back.view().row(y), g.view().row(y)));
    file->read(back.view(), {0, 0, 101, 700}, 0);
    EXPECT_TRUE(std::isnan(back.view()(0, 0)));
}

TEST(TiffWriter, LibtiffReadsEveryShape) {
    for (const int width : {1, 2, 31, 64}) {
        for (const int height : {1, 5, 40}) {
            const Image<std::uint16_t> a = noise<std::uint16_t>(width, height, 4);
            const Image<std::uint16_t> b = noise<std::uint16_t>(width, height, 5);
            TiffWriteFormat f{.width = width, .height = height, .sample = TiffSample::uint16};
            expect_by_libtiff(written<std::uint16_t>(f, {a.cview()}, 7), std::vector{a.cview()});
            f.channels = 3;
            const std::vector planes{a.cview(), b.cview(), a.cview()};
            expect_by_libtiff(written<std::uint16_t>(f, planes, 3), planes);
        }
    }
}

TEST(TiffWriter, OrderAndThreadsDoNotShow) {
    const Image<float> a = noise<float>(50, 300, 6);
    const std::vector<ImageView<const float>> planes{a.cview()};
    const TiffWriteFormat f{.width = 50, .height = 300};
    const std::string in_order = bytes_of(written<float>(f, planes, 300));
    const auto path = temp("tiff_threads_written.tif");
    OutputFile out(path, Overwrite::yes);
    TiffWriter writer(out, f);
    {
        std::vector<std::jthread> threads;
        for (int i = 3; i >= 0; --i) {
            threads.emplace_back([&, i] {
                for (int y = i * 75; y < (i + 1) * 75; y += 25) {
                    const ImageView<const float> part = a.cview().cropped({0, y, 50, 25});
                    writer.write_rows(y, std::span(&part, 1));
                }
            });
        }
    }
    writer.finish();
    out.publish();
    EXPECT_EQ(bytes_of(path), in_order);
}

TEST(TiffWriter, RefusesWhatCannotBeRight) {
    OutputFile out(temp("tiff_refused_out.tif"), Overwrite::yes);
    EXPECT_THROW(TiffWriter(out, {.width = 0, .height = 5}), OptionError);
    EXPECT_THROW(TiffWriter(out, {.width = 5, .height = 5, .channels = 2}), OptionError);
    EXPECT_THROW(TiffWriter(out, {.width = 65'536, .height = 65'536}), OptionError);
    TiffWriter writer(out, {.width = 8, .height = 8});
    const Image<float> image(8, 4);
    const ImageView<const float> plane = image.cview();
    const std::array<ImageView<const float>, 2> two{plane, plane};
    EXPECT_THROW(writer.write_rows(0, two), OptionError);
    EXPECT_THROW(writer.write_rows(5, std::span(&plane, 1)), OptionError);
    EXPECT_THROW(writer.write_rows(-1, std::span(&plane, 1)), OptionError);
    const Image<std::uint16_t> other(8, 4);
    const ImageView<const std::uint16_t> other_plane = other.cview();
    EXPECT_THROW(writer.write_rows(0, std::span(&other_plane, 1)), OptionError);
    writer.write_rows(0, std::span(&plane, 1));
    EXPECT_THROW(writer.finish(), OptionError);
    writer.write_rows(4, std::span(&plane, 1));
    writer.finish();
}

}  // namespace
}  // namespace nightstack::io
