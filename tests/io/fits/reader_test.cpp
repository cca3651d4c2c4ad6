// SPDX-License-Identifier: MIT
#include "io/fits/reader.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "io/fits/fits_error.h"
#include "pipeline/core/runner.h"
#include "tests/io/fits/cfitsio_oracle.h"
#include "tests/io/fits/fits_bytes.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

using nightstack::test::OraclePicture;
using nightstack::test::read_with_cfitsio;
using nightstack::test::TempFolder;
using nightstack::test::write_with_cfitsio;
using test::as_bytes;
using test::card;
using test::padded;
using test::plain_header;

std::vector<float> whole(const FitsFile& file, std::size_t image = 0) {
    const FitsLayout& layout = file.images()[image].layout;
    std::vector<float> out;
    Image<float> plane(layout.width, layout.height);
    for (int p = 0; p < layout.planes; ++p) {
        file.read(plane.view(), plane.view().bounds(), p, image);
        for (int y = 0; y < layout.height; ++y) {
            const float* row = plane.cview().row_data(y);
            out.insert(out.end(), row, row + layout.width);
        }
    }
    return out;
}

// NaN equals NaN, everything else bit for bit (and so -0 differs from 0).
testing::AssertionResult same(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size()) return testing::AssertionFailure() << a.size() << " and " << b.size() << " pixels";
    for (std::size_t i = 0; i < a.size(); ++i) {
        const bool both_nan = std::isnan(a[i]) && std::isnan(b[i]);
        if (!both_nan && std::bit_cast<std::uint32_t>(a[i]) != std::bit_cast<std::uint32_t>(b[i]))
            return testing::AssertionFailure() << "pixel " << i << ": " << a[i] << " and " << b[i];
    }
    return testing::AssertionSuccess();
}

std::string big_endian(std::uint64_t v, std::size_t bytes) {
    std::string out;
    for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>(v >> (8 * i));
    return out;
}

struct Sort {
    int bitpix;
    double bzero;
    double bscale;
    double low, high;  // physical
};

class EverySort : public testing::TestWithParam<Sort> {};

TEST_P(EverySort, ReadsWhatCfitsioWrote) {
    const Sort s = GetParam();
    const TempFolder folder;
    std::mt19937_64 random(11);
    std::uniform_real_distribution<double> value(s.low, s.high);
    for (const int planes : {1, 3}) {
        std::vector<double> physical(static_cast<std::size_t>(37 * 23 * planes));
        for (double& v : physical) v = s.bitpix > 0 ? std::round(value(random)) : value(random);
        physical[0] = s.low;
        physical[1] = s.high;
        const auto path = folder / "x.fits";
        ASSERT_EQ(write_with_cfitsio(path, s.bitpix, 37, 23, planes, s.bzero, s.bscale, physical), 0);
        const FitsFile file(path);
        EXPECT_EQ(file.layout().bitpix, s.bitpix);
        EXPECT_EQ(file.layout().planes, planes);
        EXPECT_TRUE(file.warnings().empty());
        const OraclePicture oracle = read_with_cfitsio(path);
        ASSERT_EQ(oracle.status, 0) << oracle.error;
        EXPECT_TRUE(same(whole(file), oracle.pixels));
        if (s.bscale == 1 && s.bitpix != 64) {  // not only equal to cfitsio but to what was meant
            EXPECT_EQ(whole(file)[1], static_cast<float>(s.high));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Fits, EverySort,
                         testing::Values(Sort{8, 0, 1, 0, 255}, Sort{8, -128, 1, -128, 127},
                                         Sort{16, 0, 1, -32768, 32767}, Sort{16, 32768, 1, 0, 65535},
                                         Sort{16, 1500, 0.0457, 1000, 2500},
                                         Sort{32, 0, 1, -2147483648.0, 2147483647.0},
                                         Sort{32, 2147483648.0, 1, 0, 4294967295.0}, Sort{32, 10, 0.5, -1e6, 1e6},
                                         Sort{64, 0, 1, -9e18, 9e18}, Sort{64, 0, 2, -1e15, 1e15},
                                         Sort{-32, 0, 1, -1e30, 1e30}, Sort{-32, 100, 3, -1e4, 1e4},
                                         Sort{-64, 0, 1, -1e30, 1e30}, Sort{-64, -5, 0.1, -1e4, 1e4}));

// Every bit pattern, so that no cast hides behind small numbers.
TEST(FitsSamples, AgreeWithCfitsioOnRandomBits) {
    const TempFolder folder;
    const auto path = folder / "x.fits";
    std::mt19937_64 random(3);
    for (const int bitpix : {8, 16, 32, 64, -32, -64}) {
        for (const char* offset : {"", "32768", "2147483648", "9223372036854775808", "-7.5"}) {
            std::string pixels;
            for (int i = 0; i < 4096; ++i) {
                std::uint64_t bits = random();
                if (bitpix == -64) bits &= ~(std::uint64_t{7} << 60);  // inside float, else cfitsio stops
                pixels += big_endian(bits, static_cast<std::size_t>(std::abs(bitpix)) / 8);
            }
            std::vector<std::string> more;
            if (*offset != '\0') more.push_back(card("BZERO", offset));
            test::save(path, plain_header(bitpix, 64, 64, more) + padded(pixels, '\0'));
            const OraclePicture oracle = read_with_cfitsio(path);
            const std::vector<float> ours = whole(FitsFile(path));
            ASSERT_EQ(oracle.status, 0) << bitpix << " " << offset << oracle.error;
            EXPECT_TRUE(same(ours, oracle.pixels)) << bitpix << " " << offset;
        }
    }
}

TEST(FitsSamples, UndefinedIsNaN) {
    const TempFolder folder;
    const auto path = folder / "x.fits";
    for (const auto& [bitpix, blank] :
         {std::pair{8, 255}, std::pair{16, -32768}, std::pair{32, 7}, std::pair{64, -1}}) {
        std::string pixels;
        const auto bytes = static_cast<std::size_t>(bitpix) / 8;
        for (const int v : {1, blank, 3, blank}) pixels += big_endian(static_cast<std::uint64_t>(v), bytes);
        for (const char* offset : {"0", "32768", "5.5"}) {
            test::save(path,
                       plain_header(bitpix, 4, 1, {card("BLANK", blank), card("BZERO", offset)}) + padded(pixels, 0));
            const std::vector<float> ours = whole(FitsFile(path));
            EXPECT_TRUE(std::isnan(ours[1]) && std::isnan(ours[3]) && !std::isnan(ours[0]));
            EXPECT_TRUE(same(ours, read_with_cfitsio(path).pixels)) << bitpix << " " << offset;
        }
    }
    std::string doubles;
    for (const double v : {1e300, -1e300, 1.0, std::numeric_limits<double>::infinity()})
        doubles += big_endian(std::bit_cast<std::uint64_t>(v), 8);
    const std::string bytes = plain_header(-64, 4, 1) + padded(doubles, 0);
    const std::vector<float> ours = whole(FitsFile(memory_source(as_bytes(bytes), "x")));
    EXPECT_TRUE(std::isnan(ours[0]) && std::isnan(ours[1]));
    EXPECT_EQ(ours[2], 1);
    EXPECT_TRUE(std::isinf(ours[3]));
}

// A frame of random unsigned 16-bit pixels.
std::string u16_file(int width, int height, int planes, const std::vector<std::string>& more, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::string pixels;
    for (int i = 0; i < width * height * planes; ++i) pixels += big_endian(random(), 2);
    std::vector<std::string> cards{card("SIMPLE", "T"), card("BITPIX", 16L), card("NAXIS", planes > 1 ? 3L : 2L),
                                   card("NAXIS1", width), card("NAXIS2", height)};
    if (planes > 1) cards.push_back(card("NAXIS3", planes));
    cards.push_back(card("BZERO", 32768L));
    cards.insert(cards.end(), more.begin(), more.end());
    return test::header(cards) + padded(pixels, 0);
}

TEST(FitsRegions, AreTheSameAsTheWhole) {
    for (const char* order : {"TOP-DOWN", "BOTTOM-UP"}) {
        const std::string bytes = u16_file(61, 43, 3, {card("ROWORDER= '" + std::string(order) + "'")});
        const FitsFrame frame(FitsFile(memory_source(as_bytes(bytes), "x")));
        std::mt19937 random(5);
        for (int plane = 0; plane < 3; ++plane) {
            Image<float> all(61, 43);
            frame.read(all.view(), {0, 0, 61, 43}, plane);
            for (int turn = 0; turn < 300; ++turn) {
                const int x = static_cast<int>(random() % 61);
                const int y = static_cast<int>(random() % 43);
                const bool full = turn % 3 == 0;
                const Rect r{full ? 0 : x, y,
                             full ? 61 : 1 + static_cast<int>(random() % static_cast<unsigned>(61 - x)),
                             1 + static_cast<int>(random() % static_cast<unsigned>(43 - y))};
                Image<float> part(r.width, r.height);
                frame.read(part.view(), r, plane);
                for (int j = 0; j < r.height; ++j)
                    for (int i = 0; i < r.width; ++i)
                        ASSERT_EQ(part.view()(i, j), all.view()(r.x + i, r.y + j)) << order << i << " " << j;
            }
        }
    }
}

TEST(FitsRegions, RowsLongerThanTheBuffer) {
    const std::string bytes =
        plain_header(-64, 16384, 3) + padded(
                                          [] {
                                              std::string p;
                                              for (int i = 0; i < 3 * 16384; ++i)
                                                  p += big_endian(std::bit_cast<std::uint64_t>(double(i)), 8);
                                              return p;
                                          }(),
                                          0);
    const FitsFile file(memory_source(as_bytes(bytes), "x"));
    Image<float> out(16384, 3);
    file.read(out.view(), {0, 0, 16384, 3}, 0);
    Image<float> part(16001, 2);
    file.read(part.view(), {333, 1, 16001, 2}, 0);
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 16384; ++x) ASSERT_EQ(out.view()(x, y), static_cast<float>(y * 16384 + x));
    for (int x = 0; x < 16001; ++x) ASSERT_EQ(part.view()(x, 1), out.view()(x + 333, 2));
}

TEST(FitsFrame, TurnsBottomUpFilesOver) {
    const std::string top = u16_file(8, 5, 1, {card("BAYERPAT= 'GRBG'")});
    const std::string bottom = u16_file(8, 5, 1, {card("ROWORDER= 'BOTTOM-UP'"), card("BAYERPAT= 'GRBG'")});
    const FitsFrame a(FitsFile(memory_source(as_bytes(top), "a")));
    const FitsFrame b(FitsFile(memory_source(as_bytes(bottom), "b")));
    EXPECT_FALSE(a.rows_reversed());
    EXPECT_TRUE(b.rows_reversed());
    EXPECT_EQ(a.format(), b.format());
    EXPECT_EQ(b.format().cfa, CfaPattern::grbg);
    Image<float> pa(8, 5);
    Image<float> pb(8, 5);
    a.read(pa.view(), {0, 0, 8, 5}, 0);
    b.read(pb.view(), {0, 0, 8, 5}, 0);
    for (int y = 0; y < 5; ++y)
        for (int x = 0; x < 8; ++x) EXPECT_EQ(pa.view()(x, y), pb.view()(x, 4 - y));
}

TEST(FitsFrame, KnowsItsKind) {
    const auto kind = [](int planes, const std::vector<std::string>& more) {
        const std::string bytes = u16_file(4, 4, planes, more);
        return FitsFrame(FitsFile(memory_source(as_bytes(bytes), "x"))).format();
    };
    EXPECT_EQ(kind(1, {}), (StreamFormat{4, 4, PixelKind::mono, std::nullopt}));
    EXPECT_EQ(kind(1, {card("BAYERPAT= 'RGGB'")}), (StreamFormat{4, 4, PixelKind::cfa, CfaPattern::rggb}));
    EXPECT_EQ(kind(3, {card("BAYERPAT= 'RGGB'")}), (StreamFormat{4, 4, PixelKind::rgb, std::nullopt}));
    EXPECT_THROW(kind(1, {card("BAYERPAT= 'XTRANS'")}), FitsError);
}

TEST(FitsFile, ReadsStoredIntegersBitForBit) {
    const std::string bytes = u16_file(300, 200, 1, {});
    const FitsFile file(memory_source(as_bytes(bytes), "x"));
    Image<std::uint16_t> raw(300, 200);
    file.read_u16(raw.view(), {0, 0, 300, 200}, 0);
    const std::vector<float> floats = whole(file);
    for (int y = 0; y < 200; ++y)
        for (int x = 0; x < 300; ++x) ASSERT_EQ(raw.view()(x, y), floats[static_cast<std::size_t>(y * 300 + x)]);
    const std::string other = plain_header(32, 1, 1) + padded("abcd", 0);
    EXPECT_THROW(
        FitsFile(memory_source(as_bytes(other), "x")).read_u16(raw.view().cropped({0, 0, 1, 1}), {0, 0, 1, 1}, 0),
        FitsError);
}

TEST(FitsFile, IsReadByManyThreads) {
    const TempFolder folder;
    const auto path = folder / "x.fits";
    test::save(path, u16_file(500, 400, 1, {}));
    const FitsFile file(path);
    const std::vector<float> expected = whole(file);
    Image<float> out(500, 400);
    ThreadRunner runner(4);
    parallel_rows(
        runner, 400,
        [&](int y) {
            file.read(out.view().cropped({0, y, 500, 1}), {0, y, 500, 1}, 0);
        },
        7);
    for (int y = 0; y < 400; ++y)
        ASSERT_EQ(std::memcmp(out.view().row_data(y), &expected[static_cast<std::size_t>(y) * 500], 2000), 0);
}

TEST(FitsFile, NoticesThatItShrank) {
    const TempFolder folder;
    const auto path = folder / "x.fits";
    test::save(path, u16_file(500, 400, 1, {}));
    const auto frame = open_fits(path);
    std::filesystem::resize_file(path, 100000);
    Image<float> out(500, 400);
    EXPECT_THROW(frame->read(out.view(), {0, 0, 500, 400}, 0), FormatError);
}

TEST(OpenFits, SaysWhatIsMissing) {
    const TempFolder folder;
    EXPECT_THROW(open_fits(folder / "none.fits"), IoError);
    EXPECT_THROW(open_fits(folder.path()), IoError);
    test::save(folder / "stub.fits", "stub\n");
    EXPECT_THROW(open_fits(folder / "stub.fits"), FormatError);
}

}  // namespace
}  // namespace nightstack::io
