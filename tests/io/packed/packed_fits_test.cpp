// SPDX-License-Identifier: MIT
// Every compression of every sample type: equal to what cfitsio, asked as its users ask it, reads.
#include "io/packed/packed_fits.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "io/fits/fits_error.h"
#include "tests/io/fits/cfitsio_oracle.h"
#include "tests/io/packed/made_fz.h"

namespace nightstack::test {
namespace {

std::vector<MadeFz> all_kinds() {
    std::vector<MadeFz> all;
    for (const char* compression : {"RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1", "PLIO_1"}) {
        for (const int bitpix : {8, 16, 32}) {
            MadeFz m{compression, bitpix};
            if (m.compression == "HCOMPRESS_1") m.tile_rows = 16;
            all.push_back(m);
            m.tile_width = 24;
            m.tile_rows = 16;
            all.push_back(m);
        }
        if (std::string(compression) != "PLIO_1") {
            MadeFz colour{compression, 16, true, 40, 33, 3};
            if (colour.compression == "HCOMPRESS_1") colour.tile_rows = 11;
            all.push_back(colour);
        }
    }
    for (const char* compression : {"RICE_1", "GZIP_1", "GZIP_2", "HCOMPRESS_1"}) {
        for (const int dither : {0, 1, 2}) {
            MadeFz m{compression, -32, false, 300, 40};
            if (m.compression == "HCOMPRESS_1") m.tile_rows = 20;
            m.quantise = 4;
            m.dither = dither;
            all.push_back(m);
            m.with_nan = m.compression != "HCOMPRESS_1";
            all.push_back(m);
        }
    }
    for (const char* compression : {"GZIP_1", "GZIP_2"}) {
        for (const int bitpix : {-32, -64}) all.push_back({compression, bitpix});
        MadeFz m{compression, -32};
        m.with_nan = true;
        all.push_back(m);
    }
    return all;
}

TEST(PackedFits, ReadsWhatCfitsioReads) {
    PackedWorld world;
    const auto path = world.temp / "a.fits.fz";
    for (const MadeFz& m : all_kinds()) {
        SCOPED_TRACE(label(m));
        make_fz(path, m);
        const OraclePicture oracle = read_with_cfitsio(path, 2);
        ASSERT_EQ(oracle.status, 0) << oracle.error;
        std::unique_ptr<io::PackedFits> frame;
        ASSERT_NO_THROW(frame = io::open_packed_fits(path, world.setup()));
        EXPECT_EQ(frame->format().width, m.width);
        EXPECT_EQ(frame->format().planes(), m.planes);
        const std::vector<float> ours = pixels_of(*frame);
        ASSERT_EQ(ours.size(), oracle.pixels.size());
        std::size_t different = 0;
        for (std::size_t i = 0; i < ours.size(); ++i) {
            const bool both_undefined = std::isnan(ours[i]) && std::isnan(oracle.pixels[i]);
            different += !both_undefined &&
                         std::bit_cast<std::uint32_t>(ours[i]) != std::bit_cast<std::uint32_t>(oracle.pixels[i]);
        }
        EXPECT_EQ(different, 0u);
    }
}

// Against the formula, not against cfitsio: what cannot be lost is not lost.
TEST(PackedFits, LosslessKindsGiveThePixelsThatWentIn) {
    PackedWorld world;
    const auto path = world.temp / "a.fits.fz";
    for (const MadeFz& m : all_kinds()) {
        if (m.bitpix < 0 && m.quantise != 0) continue;
        SCOPED_TRACE(label(m));
        make_fz(path, m);
        const auto frame = io::open_packed_fits(path, world.setup());
        const std::vector<float> ours = pixels_of(*frame);
        for (int p = 0, i = 0; p < m.planes; ++p) {
            for (int y = 0; y < m.height; ++y) {
                for (int x = 0; x < m.width; ++x, ++i) {
                    const auto wanted = static_cast<float>(made_pixel(m, x, y, p));
                    const float got = ours[static_cast<std::size_t>(i)];
                    ASSERT_TRUE(got == wanted || (std::isnan(got) && std::isnan(wanted)))
                        << x << " " << y << " " << p << ": " << got << " instead of " << wanted;
                }
            }
        }
    }
}

TEST(PackedFits, KnowsItsExposure) {
    PackedWorld world;
    make_fz(world.temp / "a.fits.fz", {});
    const auto frame = io::open_packed_fits(world.temp / "a.fits.fz", world.setup());
    EXPECT_EQ(frame->info().object, "M 42");
    EXPECT_EQ(frame->info().exposure, Seconds(15));
    EXPECT_EQ(io::packed_fits_header(world.temp / "a.fits.fz").text("OBJECT"), "M 42");
}

TEST(PackedFits, PartsAreTheSameAsTheWhole) {
    PackedWorld world;
    const MadeFz m{"RICE_1", 16, true, 61, 47, 1, 5};
    make_fz(world.temp / "a.fits.fz", m);
    const auto frame = io::open_packed_fits(world.temp / "a.fits.fz", world.setup());
    Image<float> part(13, 9);
    frame->read(part.view(), {20, 30, 13, 9}, 0);
    for (int y = 0; y < 9; ++y) {
        for (int x = 0; x < 13; ++x) EXPECT_EQ(part.view()(x, y), made_pixel(m, 20 + x, 30 + y, 0));
    }
}

TEST(PackedFits, WithoutTheHelperTheFileIsRefusedInWords) {
    PackedWorld world;
    make_fz(world.temp / "a.fits.fz", {});
    try {
        io::open_packed_fits(world.temp / "a.fits.fz", {world.temp / "no-such-helper", &world.store});
        FAIL();
    } catch (const io::FitsError& e) {
        EXPECT_EQ(e.fault(), io::FitsFault::compressed);
        EXPECT_NE(std::string(e.what()).find("no-such-helper"), std::string::npos) << e.what();
    }
}

TEST(PackedFits, ScratchRoomIsGivenBack) {
    PackedWorld world;
    make_fz(world.temp / "a.fits.fz", {});
    { const auto frame = io::open_packed_fits(world.temp / "a.fits.fz", world.setup()); }
    EXPECT_EQ(world.store.memory_used() + world.store.disk_used(), 0u);
}

}  // namespace
}  // namespace nightstack::test
