// SPDX-License-Identifier: MIT
#include "tests/io/tiles/made_pictures.h"

#include <png.h>

#include <cstdio>

namespace nightstack::io::test {

unsigned made_sample(int x, int y, int c, unsigned top) {
    return static_cast<unsigned>(x * 911 + y * 37 + x * y * 5 + c * 4999) % top;
}

void make_png(const std::filesystem::path& path, int width, int height, int channels, int bits, bool interlaced) {
    std::FILE* file = std::fopen(path.c_str(), "wb");
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, file);
    const int kinds[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                         PNG_COLOR_TYPE_RGB_ALPHA};
    png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), bits, kinds[channels],
                 interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    std::vector<std::vector<png_byte>> rows;
    for (int y = 0; y < height; ++y) {
        std::vector<png_byte>& row = rows.emplace_back();
        for (int x = 0; x < width; ++x) {
            for (int c = 0; c < channels; ++c) {
                const unsigned v = made_sample(x, y, c, 1U << bits);
                if (bits == 16) row.push_back(static_cast<png_byte>(v >> 8));
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

std::string orientation_exif(int orientation) {
    std::string out("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", 26);
    out[19] = static_cast<char>(orientation);
    return out;
}

std::string with_orientation(const std::string& jpeg, int orientation) {
    const std::string body = std::string("Exif\0\0", 6) + orientation_exif(orientation);
    return jpeg.substr(0, 2) + "\xFF\xE1" + '\0' + static_cast<char>(body.size() + 2) + body + jpeg.substr(2);
}

Spot upright(int orientation, int width, int height, int x, int y) {
    switch (orientation) {
        case 1: return {x, y};                           // row 0 top, column 0 left
        case 2: return {width - 1 - x, y};               // top, right
        case 3: return {width - 1 - x, height - 1 - y};  // bottom, right
        case 4: return {x, height - 1 - y};              // bottom, left
        case 5: return {y, x};                           // left, top
        case 6: return {height - 1 - y, x};              // right, top
        case 7: return {height - 1 - y, width - 1 - x};  // right, bottom
        default: return {y, width - 1 - x};              // left, bottom
    }
}

}  // namespace nightstack::io::test
