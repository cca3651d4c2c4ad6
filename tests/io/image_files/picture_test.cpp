// SPDX-License-Identifier: MIT
// PNG and JPEG as frames: every kind against the numbers that went in, every damage refused.
#include <gtest/gtest.h>
#include <jpeglib.h>
#include <png.h>

#include <cstdio>
#include <random>

#include "io/image_files/jpeg.h"
#include "io/image_files/png_reader.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"

namespace nightstack::io {
namespace {

struct Kind {
    int colour = PNG_COLOR_TYPE_GRAY;
    int bits = 8;
    bool interlaced = false;
};

constexpr int kWidth = 43;
constexpr int kHeight = 31;

int samples_of(int colour) {
    return colour == PNG_COLOR_TYPE_RGB          ? 3
           : colour == PNG_COLOR_TYPE_RGB_ALPHA  ? 4
           : colour == PNG_COLOR_TYPE_GRAY_ALPHA ? 2
                                                 : 1;
}

unsigned value_at(const Kind& k, int x, int y, int c) {
    const unsigned top = 1U << k.bits;
    return static_cast<unsigned>(x * 911 + y * 37 + c * 4999) % top;
}

void make_png(const std::filesystem::path& path, const Kind& k) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    png_set_IHDR(png, info, kWidth, kHeight, k.bits, k.colour, k.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    std::vector<png_color> palette(256);
    for (int i = 0; i < 256; ++i) {
        const auto p = static_cast<png_byte>(i);
        palette[static_cast<std::size_t>(i)] = {p, static_cast<png_byte>(255 - i), static_cast<png_byte>(i / 2)};
    }
    if (k.colour == PNG_COLOR_TYPE_PALETTE) png_set_PLTE(png, info, palette.data(), 1 << k.bits);
    png_write_info(png, info);
    if (k.bits < 8) png_set_packing(png);
    std::vector<std::vector<png_byte>> rows;
    for (int y = 0; y < kHeight; ++y) {
        std::vector<png_byte>& row = rows.emplace_back();
        for (int x = 0; x < kWidth; ++x) {
            for (int c = 0; c < samples_of(k.colour); ++c) {
                const unsigned v = value_at(k, x, y, c);
                if (k.bits == 16) row.push_back(static_cast<png_byte>(v >> 8));
                row.push_back(static_cast<png_byte>(v & 0xFF));
            }
        }
    }
    std::vector<png_bytep> pointers;
    for (auto& row : rows) pointers.push_back(row.data());
    png_write_image(png, pointers.data());
    png_write_end(png, nullptr);
    png_destroy_write_struct(&png, &info);
    std::fclose(file);
}

void make_jpeg(const std::filesystem::path& path, int channels, bool progressive, int width = 64, int height = 48) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    jpeg_stdio_dest(&jpeg, file);
    jpeg.image_width = static_cast<JDIMENSION>(width);
    jpeg.image_height = static_cast<JDIMENSION>(height);
    jpeg.input_components = channels;
    jpeg.in_color_space = channels == 3 ? JCS_RGB : channels == 4 ? JCS_CMYK : JCS_GRAYSCALE;
    jpeg_set_defaults(&jpeg);
    jpeg_set_quality(&jpeg, 100, TRUE);
    for (int c = 0; c < jpeg.num_components; ++c) jpeg.comp_info[c].h_samp_factor = jpeg.comp_info[c].v_samp_factor = 1;
    if (progressive) jpeg_simple_progression(&jpeg);
    jpeg_start_compress(&jpeg, TRUE);
    std::vector<JSAMPLE> row(static_cast<std::size_t>(width * channels));
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < channels; ++c)
                row[static_cast<std::size_t>(x * channels + c)] = static_cast<JSAMPLE>(40 + x + y + 30 * c);
        }
        JSAMPROW rows[] = {row.data()};
        jpeg_write_scanlines(&jpeg, rows, 1);
    }
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    std::fclose(file);
}

class Pictures : public testing::Test {
protected:
    ScratchStore store_{std::uint64_t{64} << 20, temp("scratch")};

    bool refuses_png(const std::string& bytes) {
        write_bytes(temp("bad.png"), bytes);
        return refuses([&] { open_png(temp("bad.png"), {}, store_); });
    }
    bool refuses_jpeg(const std::string& bytes) {
        write_bytes(temp("bad.jpg"), bytes);
        return refuses([&] { open_jpeg(temp("bad.jpg"), store_); });
    }
    template <class Call>
    bool refuses(const Call& call) {
        try {
            call();
            return false;
        } catch (const FormatError&) {
            EXPECT_EQ(store_.memory_used() + store_.disk_used(), 0u);
            return true;
        }
    }
};

TEST_F(Pictures, PngOfEveryKindIsReadAsStored) {
    for (const Kind& k :
         {Kind{PNG_COLOR_TYPE_GRAY, 8}, Kind{PNG_COLOR_TYPE_GRAY, 16}, Kind{PNG_COLOR_TYPE_RGB, 8},
          Kind{PNG_COLOR_TYPE_RGB, 16}, Kind{PNG_COLOR_TYPE_RGB_ALPHA, 16}, Kind{PNG_COLOR_TYPE_GRAY_ALPHA, 8},
          Kind{PNG_COLOR_TYPE_GRAY, 4}, Kind{PNG_COLOR_TYPE_GRAY, 1}, Kind{PNG_COLOR_TYPE_PALETTE, 8},
          Kind{PNG_COLOR_TYPE_RGB, 16, true}, Kind{PNG_COLOR_TYPE_GRAY, 8, true}}) {
        SCOPED_TRACE("colour " + std::to_string(k.colour) + " bits " + std::to_string(k.bits));
        make_png(temp("a.png"), k);
        const auto frame = open_png(temp("a.png"), {}, store_);
        const bool rgb = (k.colour & PNG_COLOR_MASK_COLOR) != 0;
        ASSERT_EQ(frame->format().planes(), rgb ? 3 : 1);
        EXPECT_EQ(frame->display_referred(), rgb || k.bits < 16);
        Image<float> plane(kWidth - 3, kHeight - 2);
        for (int p = 0; p < frame->format().planes(); ++p) {
            frame->read(plane.view(), {3, 2, kWidth - 3, kHeight - 2}, p);
            for (int y = 0; y < plane.height(); ++y) {
                for (int x = 0; x < plane.width(); ++x) {
                    unsigned wanted = value_at(k, x + 3, y + 2, k.colour == PNG_COLOR_TYPE_PALETTE ? 0 : p);
                    if (k.bits < 8) wanted *= 255U / ((1U << k.bits) - 1);
                    if (k.colour == PNG_COLOR_TYPE_PALETTE)
                        wanted = p == 0 ? wanted : p == 1 ? 255 - wanted : wanted / 2;
                    ASSERT_EQ(plane.view()(x, y), static_cast<float>(wanted)) << x << " " << y << " " << p;
                }
            }
        }
    }
}

TEST_F(Pictures, AGrayPngMayHaveAPattern) {
    make_png(temp("a.png"), {PNG_COLOR_TYPE_GRAY, 16});
    EXPECT_EQ(open_png(temp("a.png"), {CfaPattern::gbrg}, store_)->format().kind, PixelKind::cfa);
    make_png(temp("a.png"), {PNG_COLOR_TYPE_RGB, 16});
    EXPECT_EQ(open_png(temp("a.png"), {CfaPattern::gbrg}, store_)->format().cfa, std::nullopt);
}

TEST_F(Pictures, EveryTruncatedOrFlippedPngIsRefused) {
    make_png(temp("a.png"), {PNG_COLOR_TYPE_RGB, 16});
    const std::string good = bytes_of(temp("a.png"));
    for (std::size_t n = 0; n < good.size(); n += 13) EXPECT_TRUE(refuses_png(good.substr(0, n))) << n;
    std::mt19937 random(1);
    for (int i = 0; i < 300; ++i) {
        std::string bad = good;
        const std::size_t at = 8 + random() % (good.size() - 8);
        bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 8));
        EXPECT_TRUE(refuses_png(bad)) << "every byte stands under a checksum: " << at;
    }
}

TEST_F(Pictures, JpegOfEveryKindIsReadAsStored) {
    for (const int channels : {1, 3}) {
        for (const bool progressive : {false, true}) {
            make_jpeg(temp("a.jpg"), channels, progressive);
            const auto frame = open_jpeg(temp("a.jpg"), store_);
            ASSERT_EQ(frame->format().planes(), channels);
            EXPECT_TRUE(frame->display_referred());
            Image<float> plane(64, 48);
            for (int p = 0; p < channels; ++p) {
                frame->read(plane.view(), {0, 0, 64, 48}, p);
                for (int y = 0; y < 48; ++y) {
                    for (int x = 0; x < 64; ++x) ASSERT_NEAR(plane.view()(x, y), 40 + x + y + 30 * p, 3.1F);
                }
            }
        }
    }
}

TEST_F(Pictures, EveryTruncatedJpegIsRefused) {
    for (const bool progressive : {false, true}) {
        make_jpeg(temp("a.jpg"), 3, progressive);
        const std::string good = bytes_of(temp("a.jpg"));
        for (std::size_t n = 0; n < good.size(); n += 11) EXPECT_TRUE(refuses_jpeg(good.substr(0, n))) << n;
        EXPECT_TRUE(refuses_jpeg(good.substr(0, good.size() - 1)));
    }
}

TEST_F(Pictures, DamagedJpegsDoNoHarm) {
    make_jpeg(temp("a.jpg"), 3, true);
    const std::string good = bytes_of(temp("a.jpg"));
    std::mt19937 random(2);
    int refused = 0;
    for (int i = 0; i < 1000; ++i) {
        std::string bad = good;
        for (int n = 0; n < 4; ++n) bad[random() % good.size()] = static_cast<char>(random());
        refused += refuses_jpeg(bad) ? 1 : 0;
    }
    EXPECT_GT(refused, 300);  // flips inside the pixels cannot all be seen
}

TEST_F(Pictures, JpegsBeyondTheCapsAreRefusedByTheirHeader) {
    make_jpeg(temp("a.jpg"), 1, false);
    std::string bytes = bytes_of(temp("a.jpg"));
    const std::size_t frame = bytes.find("\xFF\xC0");
    ASSERT_NE(frame, std::string::npos);
    bytes.replace(frame + 5, 4, "\xFF\xDC\xFF\xDC");  // 65500 x 65500
    EXPECT_TRUE(refuses_jpeg(bytes));
    bytes.replace(frame + 5, 4, std::string("\x40\x00\x40\x00", 4));  // 2^28 pixels
    EXPECT_TRUE(refuses_jpeg(bytes));
    make_jpeg(temp("a.jpg"), 4, false);
    EXPECT_TRUE(refuses_jpeg(bytes_of(temp("a.jpg")))) << "CMYK";
}

// Sound, but each further scan costs a pass over the whole picture.
TEST_F(Pictures, AThousandScansAreRefused) {
    make_jpeg(temp("a.jpg"), 1, true);
    const std::string good = bytes_of(temp("a.jpg"));
    const std::size_t last = good.rfind("\xFF\xDA");
    ASSERT_NE(last, std::string::npos);
    const std::string scan = good.substr(last, good.size() - 2 - last);
    std::string many = good.substr(0, good.size() - 2);
    for (int i = 0; i < 1000; ++i) many += scan;
    EXPECT_TRUE(refuses_jpeg(many + good.substr(good.size() - 2)));
}

}  // namespace
}  // namespace nightstack::io
