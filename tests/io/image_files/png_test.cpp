// SPDX-License-Identifier: MIT
#include "io/image_files/png.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

#include <sys/resource.h>
#include <clocale>
#include <csignal>
#include <random>
#include <type_traits>

#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"

namespace nightstack::io {
namespace {

template <class T>
std::vector<T> samples(const PngFormat& f) {
    std::mt19937 random(9);
    std::vector<T> out(static_cast<std::size_t>(f.width * f.height * f.channels));
    for (T& v : out) v = static_cast<T>(random());
    return out;
}

template <class T>
auto rows_of(const PngFormat& f, const std::vector<T>& pixels) {
    const auto row = static_cast<std::size_t>(f.width * f.channels);
    return [&pixels, row](int y, std::span<T> out) {
        std::copy_n(pixels.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(y) * row), row, out.begin());
    };
}

template <class T>
using PngRow = std::conditional_t<sizeof(T) == 1, PngRow8, PngRow16>;

template <class T>
std::filesystem::path written(const PngFormat& f, const std::vector<T>& pixels, int threads = 1) {
    const auto path = temp("written.png");
    OutputFile out(path, Overwrite::yes);
    ThreadRunner runner(threads);
    write_png(out, f, PngRow<T>(rows_of(f, pixels)), runner);
    out.publish();
    return path;
}

// libpng's reader as the judge, through its low-level side so that 16 bits stay 16 bits.
std::vector<unsigned> read_by_libpng(const std::filesystem::path& path, PngFormat& f) {
    std::FILE* file = std::fopen(path.c_str(), "rb");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_read_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
    f.width = static_cast<int>(png_get_image_width(png, info));
    f.height = static_cast<int>(png_get_image_height(png, info));
    f.channels = png_get_channels(png, info);
    f.bits = png_get_bit_depth(png, info);
    std::vector<unsigned> out;
    png_bytepp rows = png_get_rows(png, info);
    for (int y = 0; y < f.height; ++y) {
        for (int i = 0; i < f.width * f.channels; ++i)
            out.push_back(f.bits == 8 ? rows[y][i] : rows[y][2 * i] * 256U + rows[y][2 * i + 1]);
    }
    png_destroy_read_struct(&png, &info, nullptr);
    std::fclose(file);
    return out;
}

template <class T>
void expect_round_trip(const PngFormat& f) {
    const std::vector<T> pixels = samples<T>(f);
    PngFormat got;
    const std::vector<unsigned> back = read_by_libpng(written(f, pixels), got);
    EXPECT_EQ(got.width, f.width);
    EXPECT_EQ(got.height, f.height);
    EXPECT_EQ(got.channels, f.channels);
    EXPECT_EQ(got.bits, f.bits);
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), back.begin(), back.end()));
}

TEST(Png, ComesBackAsWritten) {
    for (const int channels : {1, 2, 3, 4}) {
        for (const int width : {1, 7, 300}) {
            expect_round_trip<std::uint8_t>({.width = width, .height = 11, .channels = channels, .bits = 8});
            expect_round_trip<std::uint16_t>({.width = width, .height = 11, .channels = channels, .bits = 16});
            expect_round_trip<std::uint16_t>({.width = width, .height = 1, .channels = channels, .bits = 16});
        }
    }
}

// Many strips, which the threads finish in any order.
TEST(Png, SamePixelsSameBytes) {
    const PngFormat f{.width = 500, .height = 700, .channels = 3};
    auto pixels = samples<std::uint8_t>(f);
    for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = i / 1000 % 3 == 0 ? 0 : pixels[i] & 15U;
    const std::string first = bytes_of(written(f, pixels));
    std::setlocale(LC_ALL, "de_DE.UTF-8");
    for (const int threads : {1, 2, 5}) EXPECT_EQ(bytes_of(written(f, pixels, threads)), first);
    std::setlocale(LC_ALL, "C");
    PngFormat got;
    const std::vector<unsigned> back = read_by_libpng(temp("written.png"), got);
    EXPECT_TRUE(std::equal(pixels.begin(), pixels.end(), back.begin(), back.end()));
}

TEST(Png, RefusesWhatDoesNotFit) {
    OutputFile out(temp("refused.png"), Overwrite::yes);
    SerialRunner serial;
    const PngRow8 row = [](int, std::span<std::uint8_t>) {};
    EXPECT_THROW(write_png(out, {.width = 0, .height = 1}, row, serial), OptionError);
    EXPECT_THROW(write_png(out, {.width = 1, .height = 2'000'000}, row, serial), OptionError);
    EXPECT_THROW(write_png(out, {.width = 1, .height = 1, .channels = 5}, row, serial), OptionError);
    EXPECT_THROW(write_png(out, {.width = 1, .height = 1, .bits = 12}, row, serial), OptionError);
    EXPECT_THROW(write_png(out, {.width = 1, .height = 1, .bits = 16}, row, serial), OptionError);
}

TEST(Png, WhatGoesWrongWithARowComesOut) {
    OutputFile out(temp("refused.png"), Overwrite::yes);
    ThreadRunner runner(3);
    const PngRow8 row = [](int y, std::span<std::uint8_t>) {
        if (y == 2000) throw FormatError("no such row");
    };
    EXPECT_THROW(write_png(out, {.width = 1000, .height = 5000}, row, runner), FormatError);
}

// A file that may not grow: the error must come through, and leave nothing behind.
TEST(Png, FullDiskIsAnIoError) {
    struct rlimit before {};
    ::getrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, SIG_IGN);
    const auto path = temp("full.png");
    std::filesystem::remove(path);
    {
        OutputFile out(path);
        const struct rlimit small { 20'000, before.rlim_max };
        ::setrlimit(RLIMIT_FSIZE, &small);
        const PngFormat f{.width = 1000, .height = 1000};
        EXPECT_THROW(
            {
                const auto pixels = samples<std::uint8_t>(f);
                ThreadRunner runner(2);
                write_png(out, f, PngRow8(rows_of(f, pixels)), runner);
            },
            IoError);
        ::setrlimit(RLIMIT_FSIZE, &before);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace nightstack::io
