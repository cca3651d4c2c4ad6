// SPDX-License-Identifier: MIT
// The fuzz entry over seeds of every kind and seeded damages of them, and over the bad JPEGs of others.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "tests/io/image_files/made_tiff.h"
#include "tests/io/tiles/fuzz_tile.h"
#include "tests/io/tiles/made_pictures.h"
#include "tests/support/jpeg/made_jpeg.h"
#include "tests/support/real_data.h"
#include "tests/support/soak.h"

namespace nightstack::io {
namespace {

void feed_tile(const std::string& bytes) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

std::vector<std::string> seeds() {
    using nightstack::test::made_jpeg;
    using nightstack::test::Scene;
    std::vector<std::string> out;
    const std::string jpeg = made_jpeg(Scene::day, 40, 33, 1);
    out.push_back(test::with_orientation(jpeg, 6));
    out.push_back(made_jpeg(Scene::day, 24, 24, 2, {.chroma_x = 0}));
    out.push_back(made_jpeg(Scene::day, 24, 24, 3, {.progressive = true}));
    for (const int channels : {1, 4}) {
        test::make_png(temp("seed.png"), 19, 13, channels, 8 * (1 + channels / 4), channels == 4);
        out.push_back(bytes_of(temp("seed.png")));
    }
    const std::vector<MadeTiff> tiffs = {
        {.width = 20, .height = 15, .channels = 3, .bits = 8, .orientation = 8},
        {.width = 20, .height = 15, .channels = 4, .compression = 5, .predictor = 2, .extra = 1},
        {.width = 20,
         .height = 15,
         .channels = 3,
         .bits = 32,
         .sample_format = 3,
         .compression = 8,
         .separate = true,
         .tile = 16},
        {.width = 20, .height = 15, .channels = 1, .big_endian = true, .big_tiff = true},
    };
    for (const MadeTiff& m : tiffs) {
        make_tiff(temp("seed.tif"), m);
        out.push_back(bytes_of(temp("seed.tif")));
    }
    return out;
}

TEST(FuzzTile, CutsAndDamages) {
    std::mt19937 random(7);
    const int rounds = nightstack::test::soaked(300);
    for (const std::string& whole : seeds()) {
        feed_tile(whole);
        for (std::size_t size = 0; size < whole.size(); size += 1 + size / 8) feed_tile(whole.substr(0, size));
        for (int round = 0; round < rounds; ++round) {
            static constexpr std::string_view kSpecial("\x00\xFF\x7F\x80\x01\x10\xD9\x04", 8);
            std::string bytes = whole;
            for (unsigned long n = 1 + random() % 5; n > 0; --n) {
                const std::size_t at =
                    random() % 2 == 0 ? random() % std::min<std::size_t>(bytes.size(), 300) : random() % bytes.size();
                bytes[at] = random() % 2 == 0 ? kSpecial[random() % kSpecial.size()] : static_cast<char>(random());
            }
            feed_tile(bytes);
        }
    }
}

TEST(FuzzTile, BadJpegsOfOthers) {
    const auto data = nightstack::test::real_data_folder();
    if (!data || !std::filesystem::exists(*data / "jpeg-bad")) GTEST_SKIP() << nightstack::test::kNoRealData;
    int fed = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*data / "jpeg-bad")) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        feed_tile(std::string((std::istreambuf_iterator<char>(in)), {}));
        ++fed;
    }
    EXPECT_GT(fed, 100);
}

}  // namespace
}  // namespace nightstack::io
