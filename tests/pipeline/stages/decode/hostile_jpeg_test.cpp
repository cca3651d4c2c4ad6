// SPDX-License-Identifier: MIT
// Cuts, corruptions, bombs, and odd pictures from elsewhere.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include "pipeline/stages/decode/jpeg_decoder.h"
#include "tests/support/jpeg/made_jpeg.h"
#include "tests/support/own_memory.h"
#include "tests/support/real_data.h"
#include "tests/support/soak.h"

namespace nightstack {
namespace {

using namespace test;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

// The size of a real stream, but for sanitizers, which take their time.
const std::string& frame() {
    static const std::string jpeg =
        test::sanitized() ? made_jpeg(Scene::night, 640, 360, 5) : made_jpeg(Scene::night, 1920, 1080, 5);
    return jpeg;
}

TEST(HostileJpeg, EveryCutIsNoticed) {
    JpegDecoder decoder;
    PlanarPicture out;
    int cuts = 0, shown = 0;
    ASSERT_TRUE(decoder.planes(bytes_of(frame()), out).stacks());
    for (std::size_t size = 0; size < frame().size(); size += 97) {
        const DecodeResult got = decoder.planes(bytes_of(frame().substr(0, size)), out, Damage::stop);
        ASSERT_FALSE(got.stacks()) << size << " of " << frame().size() << " bytes";
        ++cuts;
        shown += got.shows() ? 1 : 0;
    }
    for (std::size_t less = 1; less <= 20; ++less)
        EXPECT_FALSE(decoder.planes(bytes_of(frame().substr(0, frame().size() - less)), out).stacks()) << less;
    std::cout << cuts << " cuts of " << frame().size() << " bytes, all noticed; " << shown << " can be shown\n";
}

// One byte each. What goes unnoticed is told, not judged: bits of coded data mean something else, and that is all.
TEST(HostileJpeg, Corruptions) {
    JpegDecoder decoder;
    PlanarPicture out;
    const int count = soaked(test::sanitized() ? 200 : 2000);
    int noticed = 0, refused = 0;
    for (int i = 0; i < count; ++i) {
        std::mt19937 random(static_cast<unsigned>(i));
        std::string damaged = frame();
        char& byte = damaged[random() % damaged.size()];
        byte = static_cast<char>(byte ^ (1 + random() % 255));
        const DecodeResult got = decoder.planes(bytes_of(damaged), out, Damage::stop);
        noticed += got.stacks() ? 0 : 1;
        refused += got.kind == Decoded::refused ? 1 : 0;
    }
    std::cout << noticed << " of " << count << " corruptions of one byte noticed (" << refused << " refused)\n";
    EXPECT_GT(noticed, count / 20);
}

TEST(HostileJpeg, AHugeSizeCostsNothing) {
    JpegDecoder decoder;
    PlanarPicture out;
    Image<std::uint8_t> rgb;
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    for (const bool progressive : {false, true}) {
        const std::string small = made_jpeg(Scene::day, 64, 64, 1, {.progressive = progressive});
        for (const auto& [width, height] : {std::pair{65500, 65500}, {8193, 8}, {8, 65500}, {8000, 8000}}) {
            const std::string jpeg = claiming(small, width, height);
            const DecodeResult got = decoder.planes(bytes_of(jpeg), out);
            EXPECT_EQ(got.kind, Decoded::refused) << width << "x" << height;
            EXPECT_EQ(got.size, (PictureSize{width, height}));
            EXPECT_EQ(decoder.rgb(bytes_of(jpeg), rgb).kind, Decoded::refused);
        }
        EXPECT_EQ(decoder.planes(bytes_of(claiming(small, 0, 0)), out).kind, Decoded::refused);
    }
    const std::string held = claiming(made_jpeg(Scene::day, 64, 64, 1, {.progressive = true}), 5000, 4000);
    EXPECT_EQ(decoder.planes(bytes_of(held), out).kind, Decoded::refused);
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 20'000) << "KiB";
}

TEST(HostileJpeg, ScansAreCounted) {
    JpegDecoder decoder;
    PlanarPicture out;
    Image<std::uint8_t> rgb;
    EXPECT_TRUE(decoder.planes(bytes_of(many_scans(64, 64, 80)), out).shows());
    const std::string bomb = many_scans(1024, 1024, 1000);
    const auto begin = std::chrono::steady_clock::now();
    const DecodeResult got = decoder.planes(bytes_of(bomb), out);
    EXPECT_EQ(got.kind, Decoded::refused);
    EXPECT_EQ(got.problem.substr(0, 9), "101 scans") << got.problem;
    EXPECT_EQ(decoder.rgb(bytes_of(bomb), rgb).kind, Decoded::refused);
    DecodeLimits limits;
    limits.scanned_pixels = 20 * 64 * 64;
    EXPECT_EQ(JpegDecoder(limits).planes(bytes_of(many_scans(64, 64, 80)), out).kind, Decoded::refused);
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - begin;
    std::cout << "bombs of " << bomb.size() << " bytes: " << time.count() << " s\n";
    EXPECT_LT(time.count(), 20.0);
}

std::string contents(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Pictures that broke other programs: none may break ours, and what is cut is never whole.
TEST(HostileJpeg, OddPicturesFromElsewhere) {
    const auto data = real_data_folder();
    if (!data || !std::filesystem::exists(*data / "jpeg-bad")) GTEST_SKIP() << kNoRealData;
    JpegDecoder decoder;
    PlanarPicture out;
    Image<std::uint8_t> rgb;
    int kinds[4] = {}, files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*data / "jpeg-bad")) {
        if (!entry.is_regular_file()) continue;
        const std::string jpeg = contents(entry.path());
        const DecodeResult got = decoder.planes(bytes_of(jpeg), out);
        ++kinds[static_cast<int>(got.kind)];
        ++files;
        EXPECT_NE(got.stacks(), !got.problem.empty()) << entry.path();
        decoder.rgb(bytes_of(jpeg), rgb);
        if (jpeg.size() < 4 || jpeg.find("MPF") != std::string::npos) continue;  // several pictures in one file
        EXPECT_FALSE(decoder.rgb(bytes_of(jpeg.substr(0, jpeg.size() / 2)), rgb, Damage::stop).stacks())
            << entry.path();
    }
    EXPECT_GT(files, 100);
    std::cout << files << " files: " << kinds[0] << " whole, " << kinds[1] << " damaged, " << kinds[3] << " refused\n";
}

TEST(HostileJpeg, RealFramesAreWhole) {
    const auto data = real_data_folder();
    if (!data || !std::filesystem::exists(*data / "ols-sim-jpeg")) GTEST_SKIP() << kNoRealData;
    JpegDecoder decoder;
    decoder.pin(PictureSize{1304, 976});
    PlanarPicture out;
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*data / "ols-sim-jpeg")) {
        if (entry.path().extension() != ".jpeg") continue;
        const DecodeResult got = decoder.planes(bytes_of(contents(entry.path())), out);
        EXPECT_TRUE(got.stacks()) << entry.path() << ": " << got.problem;
        ++files;
    }
    EXPECT_EQ(files, 9);
}

}  // namespace
}  // namespace nightstack
