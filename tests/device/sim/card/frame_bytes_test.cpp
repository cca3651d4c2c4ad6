// SPDX-License-Identifier: MIT
// Frames to the byte, and other people's programs that open them.
#include "device/sim/card/frame_bytes.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>

#include "device/sim/card/card_names.h"
#include "io/fits/reader.h"
#include "io/image_files/tiff.h"
#include "tests/support/temp_folder.h"

namespace nightstack::device::sim {
namespace {

namespace fs = std::filesystem;

// The exposure whose header somebody has published.
Exposed published() {
    Exposed e;
    e.begin = std::chrono::sys_days(std::chrono::year(2023) / 6 / 10) + std::chrono::hours(21) +
              std::chrono::minutes(38) + std::chrono::milliseconds(19'442);
    e.exposure_s = 15;
    e.gain = 110;
    e.binning = 1;
    return e;
}

Image<std::uint16_t> ramp(int width, int height) {
    Image<std::uint16_t> image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) image.view()(x, y) = static_cast<std::uint16_t>(x * 17 + y * 4099);
    }
    return image;
}

std::map<std::string, std::string> cards_of(const std::string& bytes) {
    std::map<std::string, std::string> cards;
    for (std::size_t at = 0; bytes.substr(at, 8) != "END     "; at += 80) {
        std::string value = bytes.substr(at + 10, 70);
        if (const auto comment = value.find(" /"); comment != std::string::npos) value.resize(comment);
        value.erase(0, value.find_first_not_of(' '));
        value.erase(value.find_last_not_of(' ') + 1);
        std::string key = bytes.substr(at, 8);
        key.erase(key.find_last_not_of(' ') + 1);
        EXPECT_TRUE(cards.emplace(key, value).second) << key << " twice";
    }
    return cards;
}

TEST(FrameBytes, HaveThePublishedHeader) {
    const Image<std::uint16_t> image = ramp(1920, 4);
    const auto cards = cards_of(fits_bytes(published(), {}, image.cview()));
    const std::map<std::string, std::string> expected = {
        {"SIMPLE", "T"},
        {"BITPIX", "16"},
        {"NAXIS", "2"},
        {"NAXIS1", "1920"},
        {"NAXIS2", "4"},
        {"EXTEND", "T"},
        {"BZERO", "32768"},
        {"BSCALE", "1"},
        {"DATE-OBS", "'2023-06-10T21:38:19.442'"},
        {"DATE", "'2023-06-10T21:38:35.942'"},  // 16.5 s later, as published to within 4 ms
        {"EXP", "15."},
        {"GAIN", "110"},
        {"BINNING", "'2*2     '"},
        {"RA", "0."},
        {"DEC", "0."},
        {"OBJECT", "'        '"},
        {"BAYERPAT", "'GBRG    '"},
        {"TELESCOP", "'DWARFII '"},
        {"INSTRUME", "'DWARFII '"},
        {"ORIGIN", "'DWARFLAB'"},
    };
    EXPECT_EQ(cards, expected);
}

TEST(FrameBytes, OtherFirmwaresWriteOtherWords) {
    Exposed e = published();
    e.aim.told = {5.575916667 * 15, 22.01469444};
    e.target = "M1 \xC3\xA9";
    CardOptions options;
    options.old_dates = true;
    const Image<std::uint16_t> image = ramp(16, 16);
    auto cards = cards_of(fits_bytes(e, options, image.cview()));
    EXPECT_EQ(cards["DATE-OBS"], "'2023-06-10-21-38-19-442'");
    EXPECT_NEAR(std::stod(cards["RA"]), 5.575916667, 1e-9);
    EXPECT_EQ(cards["DEC"], "22.01469444");
    EXPECT_EQ(cards["OBJECT"], "'M1 ?    '");
    options.layout = Layout::dwarf3;
    cards = cards_of(fits_bytes(e, options, image.cview()));
    EXPECT_EQ(cards["EXPTIME"], "15.");
    EXPECT_EQ(cards["XBINNING"], "2");
    EXPECT_EQ(cards.count("EXP"), 0U);
}

TEST(FrameBytes, OurOwnReaderHasTheSamePixelsAndFacts) {
    const test::TempFolder folder;
    const Image<std::uint16_t> image = ramp(1920, 30);
    std::ofstream(folder / "0000.fits", std::ios::binary) << fits_bytes(published(), {}, image.cview());
    const auto frame = io::open_fits(folder / "0000.fits");
    EXPECT_EQ(frame->file().warnings().size(), 0U);
    EXPECT_EQ(frame->format().kind, PixelKind::cfa);
    EXPECT_EQ(frame->info().exposure->count(), 15);
    EXPECT_EQ(frame->info().gain, 110);
    EXPECT_EQ(frame->info().binning, 2);
    EXPECT_EQ(frame->info().start_utc, published().begin);
    EXPECT_FALSE(frame->info().ra_deg) << "0/0 is unknown";
    Image<std::uint16_t> back(1920, 30);
    frame->file().read_u16(back.view(), {0, 0, 1920, 30}, 0);
    for (int y = 0; y < 30; ++y) ASSERT_TRUE(std::ranges::equal(back.cview().row(y), image.cview().row(y))) << y;
}

TEST(FrameBytes, TiffComesBackToo) {
    const test::TempFolder folder;
    const Image<std::uint16_t> image = ramp(64, 48);
    std::ofstream(folder / "0000.tiff", std::ios::binary) << tiff_bytes(image.cview());
    const auto frame = io::open_tiff(folder / "0000.tiff");
    Image<float> back(64, 48);
    frame->read(back.view(), {0, 0, 64, 48}, 0);
    for (int y = 0; y < 48; ++y) {
        for (int x = 0; x < 64; ++x) ASSERT_EQ(back.view()(x, y), image.cview()(x, y)) << x << " " << y;
    }
}

// python3-astropy, a test package.
TEST(FrameBytes, AstropyOpensThem) {
    const test::TempFolder folder;
    const Image<std::uint16_t> image = ramp(1920, 20);
    std::ofstream(folder / "0000.fits", std::ios::binary) << fits_bytes(published(), {}, image.cview());
    const std::string script =
        "import sys,warnings\nwarnings.simplefilter('error')\nfrom astropy.io import fits\n"
        "f=fits.open(sys.argv[1],checksum=True)\nf.verify('exception')\nd=f[0].data\nh=f[0].header\n"
        "assert d.dtype=='uint16' and d.shape==(20,1920), d.dtype\n"
        "assert all(int(d[y,x])==(x*17+y*4099)%65536 for y in range(20) for x in range(0,1920,7))\n"
        "assert h['EXP']==15 and h['BINNING']=='2*2' and h['BAYERPAT']=='GBRG'\nf.close()\n";
    std::ofstream(folder / "check.py") << script;
    const std::string command =
        "/usr/bin/python3 '" + (folder / "check.py").string() + "' '" + (folder / "0000.fits").string() + "'";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace nightstack::device::sim
