// SPDX-License-Identifier: MIT
// Pictures written row by row: the same bytes as in one go, whatever the cuts and threads, and what libjpeg would
// write.
#include "io/image_files/rows_writer.h"

#include <gtest/gtest.h>

#include <cstdio>
// jpeglib.h wants cstdio before it.
#include <jpeglib.h>

#include <cstring>
#include <random>

#include "io/image_files/gpano.h"
#include "io/image_files/jpeg_writer.h"
#include "io/image_files/png.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"

namespace nightstack::io {
namespace {

// Smooth, with noise: every coefficient is there.
std::vector<std::uint8_t> pixels_of(int width, int height, int channels) {
    std::mt19937 random(11);
    std::vector<std::uint8_t> out;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < channels; ++c)
                out.push_back(
                    static_cast<std::uint8_t>(40 + (x + 2 * y + 60 * c) % 160 + static_cast<int>(random() % 40)));
        }
    }
    return out;
}

// `cut` rows at a time.
std::string in_rows(RowsWriter& writer, OutputFile& file, std::span<const std::byte> pixels, int height, int cut,
                    Runner& runner) {
    const std::size_t row = pixels.size() / static_cast<std::size_t>(height);
    for (int y = 0; y < height; y += cut) {
        const int n = std::min(cut, height - y);
        writer.append(pixels.subspan(static_cast<std::size_t>(y) * row, static_cast<std::size_t>(n) * row), n, runner);
    }
    writer.finish(runner);
    const std::filesystem::path path = file.path();
    file.publish();
    return bytes_of(path);
}

std::string jpeg_in_rows(const JpegFormat& f, const std::vector<std::uint8_t>& pixels, int cut, int threads) {
    OutputFile file(temp("rows.jpg"), Overwrite::yes);
    ThreadRunner runner(threads);
    return in_rows(*jpeg_rows_writer(file, f), file, std::as_bytes(std::span(pixels)), f.height, cut, runner);
}

// libjpeg alone, with as many rows between two restart markers.
std::string jpeg_by_libjpeg(const JpegFormat& f, const std::vector<std::uint8_t>& pixels, unsigned restart_mcus) {
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = static_cast<JDIMENSION>(f.width);
    jpeg.image_height = static_cast<JDIMENSION>(f.height);
    jpeg.input_components = f.channels;
    jpeg.in_color_space = f.channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, f.quality, TRUE);
    if (f.quality >= 90) jpeg.comp_info[0].h_samp_factor = jpeg.comp_info[0].v_samp_factor = 1;
    jpeg.restart_interval = restart_mcus;
    jpeg_start_compress(&jpeg, TRUE);
    for (int y = 0; y < f.height; ++y) {
        JSAMPROW row = const_cast<JSAMPLE*>(pixels.data() + static_cast<std::size_t>(y * f.width * f.channels));
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_compress(&jpeg);
    std::string out(reinterpret_cast<char*>(bytes), size);
    jpeg_destroy_compress(&jpeg);
    std::free(bytes);
    return out;
}

TEST(JpegRows, TheBytesAreThoseOfLibjpegWithRestarts) {
    struct Case {
        JpegFormat format;
        unsigned mcus;  // of 64 rows
    };
    for (const Case& c : {Case{{.width = 333, .height = 1403, .quality = 95}, 8 * 42},
                          Case{{.width = 333, .height = 701, .quality = 80}, 4 * 21},
                          Case{{.width = 200, .height = 192, .channels = 1, .quality = 60}, 8 * 25},
                          Case{{.width = 50, .height = 64, .quality = 90}, 0}}) {
        const std::vector<std::uint8_t> pixels = pixels_of(c.format.width, c.format.height, c.format.channels);
        const std::string wanted = jpeg_by_libjpeg(c.format, pixels, c.mcus);
        for (const int cut : {1, 37, 64, 5000}) {
            for (const int threads : {1, 3}) EXPECT_TRUE(jpeg_in_rows(c.format, pixels, cut, threads) == wanted) << cut;
        }
    }
}

TEST(JpegRows, AsWideAsAJpegMayBe) {
    const JpegFormat f{.width = 65'500, .height = 70, .quality = 90};
    const std::vector<std::uint8_t> pixels = pixels_of(f.width, f.height, 3);
    EXPECT_TRUE(jpeg_in_rows(f, pixels, 70, 2) == jpeg_by_libjpeg(f, pixels, 8 * 8188));
}

TEST(JpegRows, XmpStandsBehindJfif) {
    const JpegFormat f{.width = 40, .height = 30, .xmp = "<x:xmpmeta/>"};
    const std::vector<std::uint8_t> pixels = pixels_of(40, 30, 3);
    const std::string plain = jpeg_in_rows({.width = 40, .height = 30}, pixels, 30, 1);
    const std::string with = jpeg_in_rows(f, pixels, 30, 1);
    const std::string segment = std::string("\xFF\xE1\x00\x2B", 4) + "http://ns.adobe.com/xap/1.0/" + '\0' + f.xmp;
    EXPECT_EQ(with, plain.substr(0, 20) + segment + plain.substr(20));
}

TEST(JpegRows, InMemoryItIsThePlainPicture) {
    const JpegFormat f{.width = 90, .height = 150, .quality = 92};
    const std::vector<std::uint8_t> pixels = pixels_of(90, 150, 3);
    const std::vector<std::uint8_t> bytes = jpeg_bytes(f, pixels);
    EXPECT_EQ(std::string(bytes.begin(), bytes.end()), jpeg_by_libjpeg(f, pixels, 0));
    EXPECT_THROW(jpeg_bytes(f, std::span(pixels).first(90)), OptionError);
}

TEST(PngRows, TheBytesAreThoseOfThePngInOneGo) {
    for (const int channels : {1, 2, 3, 4}) {
        for (const int bits : {8, 16}) {
            const PngFormat f{
                .width = 301, .height = 1200, .channels = channels, .bits = bits, .software = "s", .xmp = "<x/>"};
            const std::vector<std::uint8_t> pixels = pixels_of(f.width, f.height, channels * bits / 8);
            const std::size_t row = pixels.size() / 1200;
            ThreadRunner runner(3);
            OutputFile whole(temp("whole.png"), Overwrite::yes);
            if (bits == 8) {
                write_png(whole, f, PngRow8([&](int y, std::span<std::uint8_t> out) {
                              std::copy_n(pixels.begin() + static_cast<long>(row) * y, row, out.begin());
                          }),
                          runner);
            } else {
                write_png(whole, f, PngRow16([&](int y, std::span<std::uint16_t> out) {
                              std::memcpy(out.data(), pixels.data() + row * static_cast<std::size_t>(y), row);
                          }),
                          runner);
            }
            whole.publish();
            const std::string wanted = bytes_of(temp("whole.png"));
            EXPECT_NE(wanted.find(std::string("iTXtXML:com.adobe.xmp\0\0\0\0\0<x/>", 30)), std::string::npos);
            for (const int cut : {77, 5000}) {
                OutputFile file(temp("rows.png"), Overwrite::yes);
                EXPECT_TRUE(in_rows(*png_rows_writer(file, f), file, std::as_bytes(std::span(pixels)), 1200, cut,
                                    runner) == wanted)
                    << channels << " " << bits << " " << cut;
            }
        }
    }
}

TEST(RowsWriters, RefuseWhatDoesNotFit) {
    OutputFile file(temp("refused.jpg"), Overwrite::yes);
    SerialRunner runner;
    EXPECT_THROW(jpeg_rows_writer(file, {.width = 65'501, .height = 1}), OptionError);
    EXPECT_THROW(jpeg_rows_writer(file, {.width = 1, .height = 1, .channels = 4}), OptionError);
    EXPECT_THROW(jpeg_rows_writer(file, {.width = 1, .height = 1, .quality = 0}), OptionError);
    EXPECT_THROW(jpeg_rows_writer(file, {.width = 1, .height = 1, .xmp = std::string(65'001, ' ')}), OptionError);
    const auto writer = jpeg_rows_writer(file, {.width = 10, .height = 10});
    const std::vector<std::byte> rows(300);
    EXPECT_THROW(writer->append(std::span(rows).first(29), 1, runner), OptionError);
    writer->append(std::span(rows).first(270), 9, runner);
    EXPECT_THROW(writer->finish(runner), OptionError) << "a row is missing";
    EXPECT_THROW(writer->append(std::span(rows).first(60), 2, runner), OptionError) << "one too many";
}

std::string attribute(const std::string& xmp, const std::string& name) {
    const std::string begin = " GPano:" + name + "=\"";
    const std::size_t at = xmp.find(begin);
    return at == std::string::npos
               ? ""
               : xmp.substr(at + begin.size(), xmp.find('"', at + begin.size()) - at - begin.size());
}

TEST(GPanoXmp, TellsWhereThePictureLiesOnTheSphere) {
    GPano pano{.full_width = 10'000,
               .full_height = 5'000,
               .cropped = {1'000, 1'200, 6'000, 2'000},
               .heading_deg = -90,
               .photos = 24,
               .software = "a<b>&\"c\""};
    const std::string xmp = gpano_xmp(pano);
    EXPECT_EQ(attribute(xmp, "ProjectionType"), "equirectangular");
    EXPECT_EQ(attribute(xmp, "FullPanoWidthPixels"), "10000");
    EXPECT_EQ(attribute(xmp, "FullPanoHeightPixels"), "5000");
    EXPECT_EQ(attribute(xmp, "CroppedAreaLeftPixels"), "1000");
    EXPECT_EQ(attribute(xmp, "CroppedAreaTopPixels"), "1200");
    EXPECT_EQ(attribute(xmp, "CroppedAreaImageWidthPixels"), "6000");
    EXPECT_EQ(attribute(xmp, "CroppedAreaImageHeightPixels"), "2000");
    EXPECT_EQ(attribute(xmp, "PoseHeadingDegrees"), "270.00");
    EXPECT_EQ(attribute(xmp, "SourcePhotosCount"), "24");
    EXPECT_EQ(attribute(xmp, "StitchingSoftware"), "a&lt;b&gt;&amp;&quot;c&quot;");
    pano.heading_deg.reset();
    EXPECT_EQ(gpano_xmp(pano).find("PoseHeading"), std::string::npos);
    pano.cropped.x = 4'001;
    EXPECT_THROW(gpano_xmp(pano), OptionError);
}

}  // namespace
}  // namespace nightstack::io
