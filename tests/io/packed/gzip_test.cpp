// SPDX-License-Identifier: MIT
// FITS files packed as a whole.
#include <gmock/gmock.h>

#include "io/fits/fits_error.h"
#include "io/fits/reader.h"
#include "io/packed/packed_fits.h"
#include "tests/io/fits/cfitsio_oracle.h"
#include "tests/io/fits/fits_bytes.h"
#include "tests/io/packed/made_fz.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

std::string plain_picture(const PackedWorld& world, int width = 70, int height = 50) {
    std::vector<double> pixels;
    for (int i = 0; i < width * height; ++i) pixels.push_back((i * 37) % 60000);
    EXPECT_EQ(write_with_cfitsio(world.temp / "plain.fits", 16, width, height, 1, 32768, 1, pixels), 0);
    return file_bytes(world.temp / "plain.fits");
}

std::string refusal(PackedWorld& world, const std::string& bytes) {
    save_bytes(world.temp / "bad.fits.gz", bytes);
    try {
        io::open_packed_fits(world.temp / "bad.fits.gz", world.setup());
        return "accepted";
    } catch (const io::FitsError& e) {
        return e.what();
    }
}

TEST(GzipFits, IsReadLikeThePlainFile) {
    PackedWorld world;
    const std::string plain = plain_picture(world);
    for (const std::string& packed :
         {gzipped(plain), gzipped(plain.substr(0, 4000)) + gzipped(plain.substr(4000)),
          gzipped(plain) + std::string(512, '\0'), gzipped(gzipped("x").substr(0, 0) + plain)}) {
        save_bytes(world.temp / "a.fits.gz", packed);
        const auto frame = io::open_packed_fits(world.temp / "a.fits.gz", world.setup());
        EXPECT_EQ(pixels_of(*frame), pixels_of(*io::open_fits(world.temp / "plain.fits")));
    }
}

TEST(GzipFits, ExtensionsBehindThePictureArePassedOver) {
    PackedWorld world;
    const std::string plain = plain_picture(world);
    const std::string extension =
        io::test::header({io::test::card("XTENSION= 'IMAGE'"), io::test::card("BITPIX", 8L),
                          io::test::card("NAXIS", 0L), io::test::card("PCOUNT", 0L), io::test::card("GCOUNT", 1L)});
    save_bytes(world.temp / "a.fits.gz", gzipped(plain + extension));
    const auto frame = io::open_packed_fits(world.temp / "a.fits.gz", world.setup());
    EXPECT_EQ(pixels_of(*frame), pixels_of(*io::open_fits(world.temp / "plain.fits")));
}

TEST(GzipFits, EveryTruncationIsRefused) {
    PackedWorld world;
    const std::string packed = gzipped(plain_picture(world, 40, 30));
    for (std::size_t size = 2; size < packed.size(); size += packed.size() / 30)
        EXPECT_NE(refusal(world, packed.substr(0, size)), "accepted") << size;
    EXPECT_NE(refusal(world, packed.substr(0, packed.size() - 1)), "accepted") << "the checksum is cut";
}

TEST(GzipFits, DamageIsNoticed) {
    PackedWorld world;
    const std::string packed = gzipped(plain_picture(world));
    std::string bad = packed;
    bad[packed.size() - 6] = static_cast<char>(bad[packed.size() - 6] ^ 1);  // the CRC
    EXPECT_THAT(refusal(world, bad), HasSubstr("gzip data are damaged"));
    EXPECT_THAT(refusal(world, packed + "garbage"), HasSubstr("no gzip data"));
    EXPECT_THAT(refusal(world, gzipped("hello")), HasSubstr("not a FITS file"));
    EXPECT_THAT(refusal(world, gzipped(packed)), HasSubstr("a gzip file"));
}

TEST(GzipFits, BombsAreRefusedBeforeTheyGoOff) {
    PackedWorld world;
    const std::string header = io::test::plain_header(16, 16000, 16000);
    const std::string small = gzipped(header + std::string(100'000, '\0'));
    EXPECT_THAT(refusal(world, small), HasSubstr("bytes unpack to 512000000"));
    // a sound small picture with much behind it: no more than the cap is unpacked, nothing is kept
    const std::string picture = io::test::plain_header(16, 4, 4) + io::test::padded(std::string(32, '\1'), '\0');
    std::string tail = gzipped(picture);
    const std::string zeros = gzipped(std::string(std::size_t{64} << 20, '\0'));
    for (int i = 0; i < 5; ++i) tail += zeros;
    EXPECT_THAT(refusal(world, tail), HasSubstr("unpacks to more than"));
    EXPECT_EQ(world.store.memory_used() + world.store.disk_used(), 0u);
}

}  // namespace
}  // namespace nightstack::test
