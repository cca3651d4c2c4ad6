// SPDX-License-Identifier: MIT
#include "tests/support/jpeg/made_jpeg.h"

#include <cstdio>  // before jpeglib.h, which forgets it
//
#include <jpeglib.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <random>

namespace nightstack::test {
namespace {

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0)); }

// Smooth waves and noise of two sizes: some 2.6 bits a pixel at quality 80.
void paint_day(Rgb8& out, std::mt19937& random) {
    std::normal_distribution<double> grain(0, 9);
    std::vector<double> coarse(static_cast<std::size_t>(out.width / 4 + 2));
    std::size_t at = 0;
    for (int y = 0; y < out.height; ++y) {
        if (y % 4 == 0) {
            for (double& c : coarse) c = 3 * grain(random);
        }
        for (int x = 0; x < out.width; ++x) {
            const double wave = 128 + 50 * std::sin(x * 0.011 + y * 0.003) + 30 * std::cos(y * 0.017 - x * 0.002);
            const double v = wave + coarse[static_cast<std::size_t>(x / 4)] + grain(random);
            out.pixels[at++] = to_byte(v + 12);
            out.pixels[at++] = to_byte(v);
            out.pixels[at++] = to_byte(v - 20);
        }
    }
}

void paint_stars(Rgb8& out, std::mt19937& random) {
    for (int star = 0; star < out.width * out.height / 8000; ++star) {
        const int cx = static_cast<int>(random() % static_cast<unsigned>(out.width));
        const int cy = static_cast<int>(random() % static_cast<unsigned>(out.height));
        const double peak = 20.0 + static_cast<double>(random() % 200);
        for (int y = std::max(cy - 5, 0); y < std::min(cy + 6, out.height); ++y) {
            for (int x = std::max(cx - 5, 0); x < std::min(cx + 6, out.width); ++x) {
                const double light = peak * std::exp(-((x - cx) * (x - cx) + (y - cy) * (y - cy)) / 4.0);
                std::uint8_t* pixel = &out.pixels[static_cast<std::size_t>(3 * (y * out.width + x))];
                for (int c = 0; c < 3; ++c) pixel[c] = to_byte(pixel[c] + light);
            }
        }
    }
}

void paint_night(Rgb8& out, std::mt19937& random) {
    std::normal_distribution<double> grain(0, 2);
    for (std::size_t i = 0; i < out.pixels.size(); ++i)
        out.pixels[i] = to_byte(18 + static_cast<double>(i % 3) + grain(random));
    paint_stars(out, random);
}

void choose(jpeg_compress_struct& jpeg, const JpegWish& wish) {
    jpeg_set_defaults(&jpeg);
    if (wish.chroma_x == 0) jpeg_set_colorspace(&jpeg, JCS_GRAYSCALE);
    if (wish.stored_as_rgb) jpeg_set_colorspace(&jpeg, JCS_RGB);
    jpeg_set_quality(&jpeg, wish.quality, TRUE);
    jpeg.restart_in_rows = wish.restart_rows;
    if (wish.chroma_x > 0 && !wish.stored_as_rgb) {
        jpeg.comp_info[0].h_samp_factor = wish.chroma_x;
        jpeg.comp_info[0].v_samp_factor = wish.chroma_y;
    }
    if (wish.progressive) jpeg_simple_progression(&jpeg);
}

void write_rows(jpeg_compress_struct& jpeg, const Rgb8& scene) {
    while (jpeg.next_scanline < jpeg.image_height) {
        const std::size_t at = static_cast<std::size_t>(3 * scene.width) * jpeg.next_scanline;
        JSAMPROW row = const_cast<JSAMPROW>(&scene.pixels[at]);  // it only reads
        jpeg_write_scanlines(&jpeg, &row, 1);
    }
}

std::string thumbnail(const Rgb8& scene) {
    Rgb8 small{64, 48, {}};
    small.pixels.assign(scene.pixels.begin(), scene.pixels.begin() + 64 * 48 * 3);
    return std::string("Exif\0\0", 6) + made_jpeg(small, {});
}

}  // namespace

Rgb8 made_scene(Scene scene, int width, int height, unsigned seed) {
    Rgb8 out{width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(3 * width * height))};
    std::mt19937 random(seed);
    if (scene == Scene::day)
        paint_day(out, random);
    else
        paint_night(out, random);
    return out;
}

std::string made_jpeg(const Rgb8& scene, const JpegWish& wish) {
    jpeg_compress_struct jpeg{};
    jpeg_error_mgr errors{};  // ends the program at an error: it would be the test's
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_compress(&jpeg);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&jpeg, &bytes, &size);
    jpeg.image_width = static_cast<JDIMENSION>(scene.width);
    jpeg.image_height = static_cast<JDIMENSION>(scene.height);
    jpeg.input_components = 3;
    jpeg.in_color_space = JCS_RGB;
    choose(jpeg, wish);
    jpeg_start_compress(&jpeg, TRUE);
    if (wish.exif_thumbnail) {
        const std::string exif = thumbnail(scene);
        jpeg_write_marker(&jpeg, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(exif.data()),
                          static_cast<unsigned>(exif.size()));
    }
    write_rows(jpeg, scene);
    jpeg_finish_compress(&jpeg);
    jpeg_destroy_compress(&jpeg);
    std::string out(reinterpret_cast<const char*>(bytes), size);
    std::free(bytes);
    return out;
}

std::string many_scans(int width, int height, int scans) {
    // The last scan of a progressive gray picture, again and again.
    const std::string whole = made_jpeg(Scene::night, width, height, 1, {.chroma_x = 0, .progressive = true});
    const std::size_t begin = whole.rfind("\xFF\xDA");
    const std::string scan = whole.substr(begin, whole.size() - 2 - begin);
    std::string out = whole.substr(0, whole.size() - 2);
    for (int i = 0; i < scans; ++i) out += scan;
    return out + "\xFF\xD9";
}

std::string claiming(std::string jpeg, int width, int height) {
    const std::size_t frame = std::min(jpeg.find("\xFF\xC0"), jpeg.find("\xFF\xC2"));
    const int values[4] = {height >> 8, height & 255, width >> 8, width & 255};
    for (std::size_t i = 0; i < 4; ++i) jpeg[frame + 5 + i] = static_cast<char>(values[i]);
    return jpeg;
}

}  // namespace nightstack::test
