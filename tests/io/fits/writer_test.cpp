// SPDX-License-Identifier: MIT
#include "io/fits/writer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "io/fits/reader.h"
#include "pipeline/core/error.h"
#include "pipeline/core/runner.h"
#include "tests/io/fits/cfitsio_oracle.h"
#include "tests/io/fits/fits_bytes.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io {
namespace {

using nightstack::test::read_with_cfitsio;
using nightstack::test::TempFolder;

template <class T>
Image<T> noise(int width, int height, unsigned seed) {
    Image<T> image(width, height);
    std::mt19937 random(seed);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) image.view()(x, y) = static_cast<T>(random() % 65536);
    return image;
}

template <class T>
std::vector<float> flat(const std::vector<Image<T>>& planes) {
    std::vector<float> out;
    for (const auto& p : planes)
        for (int y = 0; y < p.height(); ++y)
            for (int x = 0; x < p.width(); ++x) out.push_back(static_cast<float>(p.view()(x, y)));
    return out;
}

// Output of astropy for `code`, in which `path` names the file.
std::string astropy(const std::filesystem::path& path, const std::string& code) {
    const std::string command =
        "/usr/bin/python3 -c \"from astropy.io import fits; path='" + path.string() + "'; " + code + "\" 2>&1";
    std::string out;
    FILE* pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) return "no pipe";
    char buffer[512];
    while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) out += buffer;
    ::pclose(pipe);
    return out;
}

TEST(FitsWriter, WritesWhatCfitsioReads) {
    const TempFolder folder;
    const Image<std::uint16_t> raw = noise<std::uint16_t>(33, 21, 1);
    FitsCards cards;
    cards.text("OBJECT", "M 42").number("EXPTIME", 15.5);
    for (int i = 0; i < 80; ++i) cards.history("line " + std::to_string(i));
    write_fits(folder / "u16.fits", raw.cview(), cards);
    const auto oracle = read_with_cfitsio(folder / "u16.fits");
    ASSERT_EQ(oracle.status, 0) << oracle.error;
    std::vector<Image<std::uint16_t>> raws;
    raws.push_back(raw.clone());
    EXPECT_EQ(oracle.pixels, flat(raws));
    EXPECT_EQ(nightstack::test::keyword_by_cfitsio(folder / "u16.fits", 1, "OBJECT"), "M 42");
    EXPECT_EQ(nightstack::test::keyword_by_cfitsio(folder / "u16.fits", 1, "EXPTIME"), "15.5");

    std::vector<Image<float>> planes;
    std::vector<ImageView<const float>> views;
    for (unsigned p = 0; p < 3; ++p) planes.push_back(noise<float>(40, 17, p));
    planes[1].view()(3, 3) = -1.25e-30F;
    for (const auto& p : planes) views.push_back(p.cview());
    write_fits(folder / "rgb.fits", views, {});
    EXPECT_EQ(read_with_cfitsio(folder / "rgb.fits").pixels, flat(planes));
    EXPECT_EQ(open_fits(folder / "rgb.fits")->format().kind, PixelKind::rgb);
}

TEST(FitsWriter, LaysOutExtensionsThatOthersRead) {
    const TempFolder folder;
    const auto path = folder / "stack.fits";
    const Image<float> pixels = noise<float>(50, 40, 1);
    const Image<std::uint16_t> counts = noise<std::uint16_t>(50, 40, 2);
    FitsWriter writer(path, {{"", 50, 40, 3, FitsSample::f32, 4},
                             {"VAR", 50, 40, 3, FitsSample::f32},
                             {"COV", 50, 40, 1, FitsSample::u16},
                             {"REJ", 50, 40, 6, FitsSample::u16}});
    const Rect all{0, 0, 50, 40};
    writer.write(0, 2, all, pixels.cview());
    writer.write(1, 1, all, pixels.cview());
    writer.write(3, 5, all, counts.cview());
    writer.write(2, 0, all, counts.cview());
    writer.set_header(0, FitsCards().text("PROGRAM", "nightstack 0.1").text("LONG", std::string(150, 'x') + "'s"));
    EXPECT_FALSE(std::filesystem::exists(path));
    writer.publish();
    EXPECT_EQ(nightstack::test::units_by_cfitsio(path), 4);
    EXPECT_EQ(
        astropy(path,
                "f=fits.open(path); f.verify('exception'); "
                "print([(h.name, h.data.shape, h.data.dtype.name) for h in f], f[0].header['LONG'][-3:], "
                "len(f[0].header['LONG']), int(f['REJ'].data[5].sum()), float(f[0].data[2,39,49]))"),
        "[('PRIMARY', (3, 40, 50), 'float32'), ('VAR', (3, 40, 50), 'float32'), ('COV', (40, 50), 'uint16'), "
        "('REJ', (6, 40, 50), 'uint16')] x's 152 " +
            [&] {
                long sum = 0;
                for (int y = 0; y < 40; ++y)
                    for (int x = 0; x < 50; ++x) sum += counts.view()(x, y);
                return std::to_string(sum);
            }() +
            " " + std::to_string(static_cast<int>(pixels.view()(49, 39))) + ".0\n");
    const FitsFile back(path);
    EXPECT_TRUE(back.warnings().empty());
    EXPECT_EQ(back.find("REJ"), 3);
    EXPECT_EQ(back.images()[3].layout.planes, 6);
    Image<std::uint16_t> cov(50, 40);
    back.read_u16(cov.view(), all, 0, 2);
    EXPECT_EQ(cov.view()(49, 39), counts.view()(49, 39));
    Image<float> never(50, 40);
    back.read(never.view(), all, 0, 0);
    EXPECT_EQ(never.view()(5, 5), 0);
    back.read(never.view(), all, 2, 3);
    EXPECT_EQ(never.view()(5, 5), -32768.0F + 65536.0F);  // what writer.h says of counts never written
}

TEST(FitsWriter, TakesTilesInAnyOrderFromManyThreads) {
    const TempFolder folder;
    const int width = 203;
    const int height = 151;
    const Image<float> floats = noise<float>(width, height, 5);
    const Image<std::uint16_t> counts = noise<std::uint16_t>(width, height, 6);
    FitsWriter writer(folder / "x.fits",
                      {{"", width, height, 3, FitsSample::f32}, {"COV", width, height, 2, FitsSample::u16}});
    std::vector<Rect> tiles;
    for (int y = 0; y < height; y += 31)
        for (int x = 0; x < width; x += 47) tiles.push_back(intersected({x, y, 47, 31}, {0, 0, width, height}));
    std::shuffle(tiles.begin(), tiles.end(), std::mt19937(9));
    ThreadRunner runner(4);
    runner.run(static_cast<int>(tiles.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            const Rect r = tiles[static_cast<std::size_t>(i)];
            for (int p = 0; p < 2; ++p) {
                writer.write(0, p, r, floats.cview().cropped(r));
                writer.write(1, p, r, counts.cview().cropped(r));
            }
        }
    });
    Image<float> row(width, 2);  // before it is published, for the picture made from it
    writer.read(row.view(), 1, 1, {0, 100, width, 2});
    for (int x = 0; x < width; ++x) ASSERT_EQ(row.view()(x, 1), counts.view()(x, 101));
    writer.publish();
    const FitsFile back(folder / "x.fits");
    Image<float> plane(width, height);
    for (int p = 0; p < 2; ++p) {
        back.read(plane.view(), {0, 0, width, height}, p, 1);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) ASSERT_EQ(plane.view()(x, y), counts.view()(x, y));
    }
}

TEST(FitsWriter, RowsLongerThanTheBuffer) {
    const TempFolder folder;
    const Image<float> pixels = noise<float>(20001, 3, 4);
    write_fits(folder / "x.fits", pixels.cview(), FitsCards().text("PROGRAM", "nightstack test"));
    const FitsFile back(folder / "x.fits");
    Image<float> out(20001, 3);
    back.read(out.view(), {0, 0, 20001, 3}, 0);
    for (int y = 0; y < 3; ++y)
        for (int x = 0; x < 20001; ++x) ASSERT_EQ(out.view()(x, y), pixels.view()(x, y));
}

TEST(FitsWriter, KeepsItsPromises) {
    const TempFolder folder;
    const auto path = folder / "x.fits";
    const Image<float> pixels = noise<float>(4, 4, 1);
    { FitsWriter unpublished(path, {{"", 4, 4}}); }
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
    write_fits(path, pixels.cview(), {});
    EXPECT_EQ(std::filesystem::file_size(path), 5760U);
    EXPECT_THROW(write_fits(path, pixels.cview(), {}), OptionError);
    write_fits(path, pixels.cview(), {}, Overwrite::yes);
    FitsWriter writer(folder / "y.fits", {{"", 4, 4, 1, FitsSample::f32, 1}});
    FitsCards many;
    for (int i = 0; i < 30; ++i) many.comment("x");
    writer.set_header(0, many);
    many.comment("one too many");
    EXPECT_THROW(writer.set_header(0, many), OptionError);
    EXPECT_THROW(FitsWriter(folder / "z.fits", {{"", 0, 4}}), OptionError);
    EXPECT_THROW(FitsWriter(folder / "z.fits", {{"", 70000, 4}}), OptionError);
    EXPECT_THROW(FitsWriter(folder / "z.fits", {}), OptionError);
    EXPECT_THROW(FitsWriter(folder / "z.fits", {{"", 4, 4, 2}}), OptionError);
}

}  // namespace
}  // namespace nightstack::io
