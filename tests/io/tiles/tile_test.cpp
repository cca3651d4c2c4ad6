// SPDX-License-Identifier: MIT
// Tiles of every kind of file against the numbers that went in.
#include "io/tiles/tile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>
#include <thread>

#include "io/tiles/gray_rgb8.h"
#include "io/tiles/light.h"
#include "io/tiles/reduced.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"
#include "tests/io/tiles/made_pictures.h"
#include "tests/support/every_level.h"
#include "tests/support/jpeg/made_jpeg.h"

namespace nightstack::io {
namespace {

using namespace nightstack::io::test;
using nightstack::test::made_jpeg;
using nightstack::test::Scene;

std::vector<Image<float>> light(const Tile& tile, const Rect& region) {
    std::vector<Image<float>> planes;
    std::vector<ImageView<float>> views;
    for (int c = 0; c < tile.info().channels; ++c) planes.emplace_back(region.width, region.height);
    for (Image<float>& plane : planes) views.push_back(plane.view());
    tile.read_light(region, views);
    return planes;
}

std::vector<Image<float>> light(const Tile& tile) { return light(tile, {0, 0, tile.info().width, tile.info().height}); }

class Tiles : public testing::Test {
protected:
    ScratchStore store_{std::uint64_t{64} << 20, temp("scratch")};
};

TEST_F(Tiles, PngsOfEveryKindBecomeLight) {
    constexpr int kW = 83, kH = 61;
    for (const int channels : {1, 2, 3, 4}) {
        for (const int bits : {8, 16}) {
            for (const bool interlaced : {false, true}) {
                SCOPED_TRACE(std::to_string(channels) + " channels, " + std::to_string(bits) + " bits");
                make_png(temp("a.png"), kW, kH, channels, bits, interlaced);
                const auto tile = open_tile(temp("a.png"), store_);
                const int colours = channels < 3 ? 1 : 3;
                ASSERT_EQ(tile->info().channels, colours);
                EXPECT_EQ(tile->info().bits, bits);
                EXPECT_EQ(tile->info().validity, channels % 2 == 0);
                EXPECT_TRUE(tile->info().display_referred);
                const Rect part{3, 2, kW - 5, kH - 3};
                const auto planes = light(*tile, part);
                const unsigned top = 1U << bits;
                for (int y = 0; y < part.height; ++y) {
                    for (int x = 0; x < part.width; ++x) {
                        const auto at = [&](int c) { return made_sample(x + part.x, y + part.y, c, top); };
                        const bool there = channels % 2 == 1 || 2 * at(colours) >= top;
                        for (int c = 0; c < colours; ++c) {
                            const float got = planes[static_cast<std::size_t>(c)].view()(x, y);
                            ASSERT_EQ(std::isnan(got), !there) << x << " " << y;
                            const double code = at(c) / static_cast<double>(top - 1);
                            if (!there) continue;
                            ASSERT_EQ(got, static_cast<float>(light_of_code(code))) << x << " " << y << " " << c;
                        }
                    }
                }
            }
        }
    }
}

TEST_F(Tiles, TheCurveIsThatOfSrgb) {
    EXPECT_EQ(light_of_u8()[0], 0);
    EXPECT_EQ(light_of_u8()[255], 1);
    EXPECT_NEAR(light_of_u8()[10], 10 / 255.0 / 12.92, 1e-9);
    EXPECT_NEAR(light_of_u8()[128], 0.2158605, 1e-6);
    EXPECT_NEAR(light_of_u16()[32896], light_of_u8()[128], 1e-9);
    for (int i = 0; i < 1000; ++i) EXPECT_NEAR(code_of_light(light_of_code(i / 1000.0)), i / 1000.0, 1e-7);
}

TEST_F(Tiles, TiffsInAllEightOrientations) {
    const std::vector<MadeTiff> kinds = {
        {.label = "u16", .width = 37, .height = 90},
        {.label = "u16 BE", .channels = 3, .big_endian = true},
        {.label = "u8 RGB LZW", .width = 90, .channels = 3, .bits = 8, .compression = 5, .predictor = 2},
        {.label = "u8 RGB alpha", .channels = 4, .bits = 8, .extra = 1},
        {.label = "u16 RGB alpha of two", .channels = 5, .extra = 2},
        {.label = "float tiles", .channels = 3, .bits = 32, .sample_format = 3, .compression = 8, .tile = 16},
        {.label = "separate", .channels = 3, .compression = 8, .separate = true},
        {.label = "separate tiles alpha", .channels = 4, .separate = true, .tile = 16, .extra = 1},
        {.label = "big", .channels = 3, .big_tiff = true},
    };
    for (MadeTiff m : kinds) {
        for (int orientation = 1; orientation <= 8; ++orientation) {
            SCOPED_TRACE(m.label + ", orientation " + std::to_string(orientation));
            m.orientation = orientation;
            make_tiff(temp("a.tif"), m);
            const auto tile = open_tile(temp("a.tif"), store_);
            ASSERT_EQ(tile->info().width, orientation < 5 ? m.width : m.height);
            ASSERT_EQ(tile->info().height, orientation < 5 ? m.height : m.width);
            EXPECT_EQ(tile->info().exif.model, m.big_tiff ? "" : "Test camera");
            EXPECT_EQ(tile->info().bits, m.bits);
            EXPECT_EQ(tile->info().display_referred, m.bits != 32);
            const auto planes = light(*tile);
            const double top = m.bits == 8 ? 255 : 65535;
            for (int y = 0; y < m.height; ++y) {
                for (int x = 0; x < m.width; ++x) {
                    const Spot spot = upright(orientation, m.width, m.height, x, y);
                    const bool there = m.extra == 0 || made_value(m, x, y, 3) >= top / 2;
                    for (std::size_t c = 0; c < planes.size(); ++c) {
                        const float got = planes[c].view()(spot.x, spot.y);
                        const double stored = made_value(m, x, y, static_cast<int>(c));
                        if (there) {
                            ASSERT_EQ(got, static_cast<float>(m.bits == 32 ? stored : light_of_code(stored / top)));
                        } else {
                            ASSERT_TRUE(std::isnan(got)) << x << " " << y;
                        }
                    }
                }
            }
        }
    }
}

TEST_F(Tiles, JpegsAreTurnedAsTheirExifSays) {
    const std::string jpeg = made_jpeg(Scene::day, 211, 95, 1);
    write_bytes(temp("a.jpg"), jpeg);
    const auto plain = open_tile(temp("a.jpg"), store_);
    const auto wanted = light(*plain);
    for (int orientation = 1; orientation <= 8; ++orientation) {
        write_bytes(temp("b.jpg"), with_orientation(jpeg, orientation));
        const auto tile = open_tile(temp("b.jpg"), store_);
        EXPECT_EQ(tile->info().exif.orientation, orientation);
        const auto got = light(*tile);
        for (int y = 0; y < 95; ++y) {
            for (int x = 0; x < 211; ++x) {
                const Spot spot = upright(orientation, 211, 95, x, y);
                for (std::size_t c = 0; c < 3; ++c)
                    ASSERT_EQ(got[c].view()(spot.x, spot.y), wanted[c].view()(x, y)) << orientation;
            }
        }
    }
}

TEST_F(Tiles, ReadAlikeWhereverTheirSamplesLie) {
    ScratchStore mapped(std::uint64_t{64} << 20, temp("scratch"), ScratchMemory::mapped);
    ScratchStore disk(0, temp("scratch"));
    for (const int orientation : {1, 6}) {
        write_bytes(temp("a.jpg"), with_orientation(made_jpeg(Scene::day, 211, 195, 1), orientation));
        const auto plain = open_tile(temp("a.jpg"), store_);
        for (ScratchStore* store : {&mapped, &disk}) {
            const auto tile = open_tile(temp("a.jpg"), *store);
            for (const Rect& part : {Rect{0, 0, 195, 195}, Rect{50, 7, 31, 101}}) {
                const auto got = light(*tile, part), wanted = light(*plain, part);
                for (std::size_t c = 0; c < 3; ++c) {
                    for (int y = 0; y < part.height; ++y)
                        ASSERT_TRUE(std::ranges::equal(got[c].cview().row(y), wanted[c].cview().row(y))) << part.x;
                }
            }
        }
    }
}

TEST_F(Tiles, ReductionsAreMeansWhereverTheyAreMade) {
    const std::string jpeg = made_jpeg(Scene::day, 203, 117, 2);
    for (const int orientation : {1, 3, 6}) {
        write_bytes(temp("a.jpg"), with_orientation(jpeg, orientation));
        for (const int by : {1, 2, 4, 8}) {
            TileReductions made;
            const auto tile = open_tile(temp("a.jpg"), store_, {.gray_by = by, .light_by = by}, &made);
            ThreadRunner runner(3);
            const Image<std::uint8_t> gray = reduced_gray(*tile, by, runner);
            const std::vector<Image<float>> planes = reduced_light(*tile, by, runner);
            const int w = tile->info().width, h = tile->info().height;
            ASSERT_EQ(gray.width(), (w + by - 1) / by);
            ASSERT_TRUE(made.gray.cview().same_size(gray.width(), gray.height()));
            Image<std::uint8_t> full(w, h);
            tile->read_gray({0, 0, w, h}, full.view());
            const auto all = light(*tile);
            for (int y = 0; y < gray.height(); ++y) {
                for (int x = 0; x < gray.width(); ++x) {
                    double sum = 0, sum_light = 0;
                    int n = 0;
                    for (int j = y * by; j < std::min(h, (y + 1) * by); ++j) {
                        for (int i = x * by; i < std::min(w, (x + 1) * by); ++i, ++n) {
                            sum += full.view()(i, j);
                            sum_light += all[1].view()(i, j);
                        }
                    }
                    ASSERT_EQ(gray.cview()(x, y), static_cast<int>(sum / n + 0.5)) << by << " " << x << " " << y;
                    ASSERT_EQ(made.gray.cview()(x, y), gray.cview()(x, y));
                    ASSERT_NEAR(planes[1].cview()(x, y), sum_light / n, 1e-6);
                    for (std::size_t c = 0; c < 3; ++c) ASSERT_EQ(made.light[c].cview()(x, y), planes[c].cview()(x, y));
                }
            }
        }
    }
    EXPECT_THROW(open_tile(temp("a.jpg"), store_, {.gray_by = 3}, std::make_unique<TileReductions>().get()),
                 OptionError);
}

TEST(GrayOfRgb8, IsTheSameWholeNumbersAtEveryLevel) {
    std::mt19937 random(4);
    std::vector<std::uint8_t> rgb(3 * 777);
    for (std::uint8_t& v : rgb) v = static_cast<std::uint8_t>(random());
    std::fill_n(rgb.begin(), 3 * 70, std::uint8_t{255});
    for (const int width : {1, 63, 64, 777}) {
        at_every_level([&] {
            std::vector<std::uint8_t> gray(static_cast<std::size_t>(width) + 1, 77);
            gray_of_rgb8(rgb.data(), width, gray.data());
            for (std::size_t x = 0; x + 1 < gray.size(); ++x)
                ASSERT_EQ(gray[x], (77 * rgb[3 * x] + 150 * rgb[3 * x + 1] + 29 * rgb[3 * x + 2] + 128) / 256) << x;
            ASSERT_EQ(gray.back(), 77) << "nothing behind it";
        });
    }
}

// Colours that were multiplied by alpha are divided by it as they are stored; where it is not told what a further
// channel is, it is alpha.
TEST_F(Tiles, AlphaOfEveryKind) {
    for (const int kind : {-1, 1, 2}) {
        for (const int channels : {2, 4}) {
            MadeTiff m{.width = 60, .height = 50, .channels = channels, .bits = 8, .extra = 1, .extra_kind = kind};
            make_tiff(temp("a.tif"), m);
            const auto tile = open_tile(temp("a.tif"), store_);
            ASSERT_EQ(tile->info().channels, channels - 1);
            ASSERT_TRUE(tile->info().validity);
            const auto planes = light(*tile);
            int there = 0;
            for (int y = 0; y < 50; ++y) {
                for (int x = 0; x < 60; ++x) {
                    const double alpha = made_value(m, x, y, channels - 1);
                    const float got = planes.back().cview()(x, y);
                    ASSERT_EQ(std::isnan(got), alpha < 127.5);
                    if (alpha < 127.5) continue;
                    const double stored = made_value(m, x, y, channels - 2);
                    const double code = kind == 1 ? std::min(255.0, std::floor(stored * 255 / alpha + 0.5)) : stored;
                    ASSERT_EQ(got, static_cast<float>(light_of_code(code / 255))) << stored << " " << alpha;
                    ++there;
                }
            }
            EXPECT_GT(there, 1000);
        }
    }
}

TEST_F(Tiles, FloatsOfAnyScaleHaveAUnit) {
    MadeTiff m{.width = 60, .height = 50, .bits = 32, .sample_format = 3};
    make_tiff(temp("a.tif"), m);
    TileReductions small;
    const auto tile = open_tile(temp("a.tif"), store_, {2, 2}, &small);
    float largest = 0;
    for (int y = 0; y < 50; ++y)
        for (int x = 0; x < 60; ++x) largest = std::max(largest, static_cast<float>(made_value(m, x, y, 0)));
    const FloatRange range = tile->info().range;
    EXPECT_FALSE(range.cuts());
    if (largest <= 4) {
        EXPECT_EQ(range, FloatRange{});
    } else {
        EXPECT_GE(range.unit * 1.01, range.bright);
        EXPECT_LT(range.unit, 17 * range.bright);
    }
    SerialRunner serial;
    EXPECT_EQ(small.gray.cview()(7, 9), reduced_gray(*tile, 2, serial).cview()(7, 9));
}

TEST(FloatRangeOf, WhatNobodyMeasuredIsNoData) {
    const auto range = [](std::vector<float> row) {
        RowsShape shape;
        shape.width = static_cast<int>(row.size());
        shape.height = 1;
        shape.sample = RowSample::f32;
        FloatRangeFinder finder(shape);
        finder.add(reinterpret_cast<const std::byte*>(row.data()));
        return finder.find();
    };
    std::vector<float> row(1000);
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<float>(i) / 1000;
    EXPECT_EQ(range(row), FloatRange{});
    EXPECT_EQ(range({0, 0, 0}), FloatRange{});
    row[5] = 3000;  // the sun
    row[6] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(range(row), FloatRange{});
    for (const float odd : {1e30F, -1e30F, 1e7F}) {
        auto other = row;
        other[700] = odd;
        const FloatRange r = range(other);
        EXPECT_TRUE(r.cuts() && r.most < 1e7F && r.most > 3000) << odd;
        EXPECT_EQ(r.unit, 1);
        RowsShape shape;
        shape.sample = RowSample::f32;
        std::vector<float> light(1000);
        std::vector<std::uint8_t> gray(1000);
        float* plane = light.data();
        light_row(shape, reinterpret_cast<const std::byte*>(other.data()), 1000, &plane, r);
        gray_row(shape, reinterpret_cast<const std::byte*>(other.data()), 1000, gray.data(), r);
        EXPECT_TRUE(std::isnan(light[700]));
        EXPECT_EQ(gray[700], 0);
        EXPECT_EQ(light[5], 3000);
    }
    // Half of it a mark for no data.
    std::vector<float> marked(1000, -3.4e38F);
    for (std::size_t i = 0; i < 400; ++i) marked[i] = static_cast<float>(i) * 100;
    EXPECT_TRUE(range(marked).cuts());
    EXPECT_EQ(range(marked).unit, 65536);
    EXPECT_GT(range(marked).bright, 39000);
}

TEST_F(Tiles, GrayIsTheLumaOfTheCodes) {
    make_png(temp("a.png"), 40, 30, 3, 8);
    const auto a = open_tile(temp("a.png"), store_);
    Image<std::uint8_t> gray(40, 30);
    a->read_gray({0, 0, 40, 30}, gray.view());
    for (int y = 0; y < 30; ++y) {
        for (int x = 0; x < 40; ++x) {
            const auto at = [&](int c) { return static_cast<double>(made_sample(x, y, c, 256)); };
            ASSERT_NEAR(gray.cview()(x, y), 0.299 * at(0) + 0.587 * at(1) + 0.114 * at(2), 1.2);
        }
    }
    make_png(temp("a.png"), 40, 30, 2, 16);
    const auto b = open_tile(temp("a.png"), store_);
    b->read_gray({0, 0, 40, 30}, gray.view());
    for (int x = 0; x < 40; ++x) {
        const double wanted =
            made_sample(x, 7, 1, 65536) >= 32768 ? std::round(made_sample(x, 7, 0, 65536) / 257.0) : 0;
        ASSERT_EQ(gray.cview()(x, 7), wanted);
    }
}

TEST_F(Tiles, ThreadsReadTheSame) {
    write_bytes(temp("a.jpg"), made_jpeg(Scene::day, 300, 200, 3));
    const auto tile = open_tile(temp("a.jpg"), store_);
    const auto all = light(*tile);
    std::vector<std::jthread> threads;
    std::atomic<int> wrong{0};
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int k = 0; k < 50; ++k) {
                const Rect part{(t * 17 + k) % 100, (k * 3) % 100, 150, 90};
                const auto got = light(*tile, part);
                for (int y = 0; y < part.height; ++y) {
                    for (int x = 0; x < part.width; ++x)
                        wrong += got[2].cview()(x, y) != all[2].cview()(x + part.x, y + part.y) ? 1 : 0;
                }
            }
        });
    }
    threads.clear();
    EXPECT_EQ(wrong, 0);
}

TEST_F(Tiles, WhatIsNoTileIsRefusedInWords) {
    const auto words = [&](const std::string& bytes) -> std::string {
        write_bytes(temp("x"), bytes);
        try {
            open_tile(temp("x"), store_);
        } catch (const DamagedError& e) {
            return std::string("damaged: ") + e.what();
        } catch (const FormatError& e) {
            return e.what();
        }
        return "read";
    };
    EXPECT_NE(words("").find("neither JPEG, PNG nor TIFF"), std::string::npos);
    EXPECT_NE(words("GIF89a...").find("neither JPEG, PNG nor TIFF"), std::string::npos);
    const std::string jpeg = made_jpeg(Scene::day, 64, 64, 4);
    EXPECT_EQ(words(jpeg), "read");
    EXPECT_EQ(words(jpeg.substr(0, jpeg.size() / 2)).rfind("damaged: ", 0), 0u)
        << words(jpeg.substr(0, jpeg.size() / 2));
    EXPECT_NE(words(nightstack::test::claiming(jpeg, 20'000, 64)).find("at most 16384 a side"), std::string::npos);
    EXPECT_EQ(store_.memory_used() + store_.disk_used(), 0u);
    EXPECT_THROW(open_tile(temp("absent"), store_), IoError);
}

}  // namespace
}  // namespace nightstack::io
