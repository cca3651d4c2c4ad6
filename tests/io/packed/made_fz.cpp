// SPDX-License-Identifier: MIT
#include "tests/io/packed/made_fz.h"

#include <fitsio.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

namespace nightstack::test {
namespace {

int compression_code(const std::string& word) {
    if (word == "GZIP_1") return GZIP_1;
    if (word == "GZIP_2") return GZIP_2;
    if (word == "PLIO_1") return PLIO_1;
    if (word == "HCOMPRESS_1") return HCOMPRESS_1;
    return RICE_1;
}

std::vector<double> pixels_for(const MadeFz& m) {
    std::vector<double> pixels;
    for (int p = 0; p < m.planes; ++p) {
        for (int y = 0; y < m.height; ++y) {
            for (int x = 0; x < m.width; ++x) pixels.push_back(made_pixel(m, x, y, p));
        }
    }
    return pixels;
}

void set_compression(fitsfile* file, const MadeFz& m, int* status) {
    fits_set_compression_type(file, compression_code(m.compression), status);
    long tile[3] = {m.tile_width > 0 ? m.tile_width : m.width, m.tile_rows, 1};
    fits_set_tile_dim(file, m.planes > 1 ? 3 : 2, tile, status);
    if (m.bitpix > 0) return;
    fits_set_quantize_level(file, m.quantise == 0 ? 9999 : m.quantise, status);
    if (m.quantise == 0) fits_set_quantize_level(file, 0, status);
    fits_set_quantize_method(file,
                             m.dither == 2   ? SUBTRACTIVE_DITHER_2
                             : m.dither == 1 ? SUBTRACTIVE_DITHER_1
                                             : NO_DITHER,
                             status);
    if (m.dither != 0) fits_set_dither_seed(file, 42, status);
}

// cfitsio packs only what comes in the image's own type.
template <class T>
void write_as(fitsfile* file, int type, const MadeFz& m, int* status) {
    const std::vector<double> pixels = pixels_for(m);
    std::vector<T> values(pixels.begin(), pixels.end());
    T null = std::numeric_limits<T>::quiet_NaN();
    fits_write_imgnull(file, type, 1, static_cast<LONGLONG>(values.size()), values.data(), m.with_nan ? &null : nullptr,
                       status);
}

void write_pixels(fitsfile* file, const MadeFz& m, int* status) {
    switch (m.bitpix) {
        case 8: return write_as<unsigned char>(file, TBYTE, m, status);
        case 16:
            return m.is_unsigned ? write_as<unsigned short>(file, TUSHORT, m, status)
                                 : write_as<short>(file, TSHORT, m, status);
        case 32: return write_as<int>(file, TINT, m, status);
        case -32: return write_as<float>(file, TFLOAT, m, status);
        default: return write_as<double>(file, TDOUBLE, m, status);
    }
}

}  // namespace

double made_pixel(const MadeFz& m, int x, int y, int plane) {
    if (m.with_nan && x == 7 && y % 5 == 2) return std::numeric_limits<double>::quiet_NaN();
    const double noise = static_cast<double>((x * 7919 + y * 104729 + plane * 31) % 97) / 97.0;
    const double star = (x % 17 == 8 && y % 13 == 6) ? 90 : 0;
    const double value = 40 + 0.1 * x + 0.2 * y + 10 * plane + 8 * noise + star;
    if (m.bitpix == 8 || m.compression == "PLIO_1") return std::floor(value);
    if (m.bitpix == 16) return std::floor(value * 150) - (m.is_unsigned ? 0 : 9000);
    if (m.bitpix == 32) return std::floor(value * 1000) - 30000;
    return static_cast<double>(static_cast<float>(value * 3.7));
}

std::string label(const MadeFz& m) {
    std::string text = m.compression + " " + std::to_string(m.bitpix) + (m.is_unsigned ? "u" : "");
    text += " " + std::to_string(m.width) + "x" + std::to_string(m.height) + "x" + std::to_string(m.planes);
    text += " tile " + std::to_string(m.tile_width) + "x" + std::to_string(m.tile_rows);
    if (m.bitpix < 0) text += " q " + std::to_string(m.quantise) + " dither " + std::to_string(m.dither);
    return text + (m.with_nan ? " nan" : "");
}

void make_fz(const std::filesystem::path& path, const MadeFz& m) {
    int status = 0;
    fitsfile* file = nullptr;
    std::filesystem::remove(path);
    fits_create_diskfile(&file, path.c_str(), &status);
    set_compression(file, m, &status);
    long axes[3] = {m.width, m.height, m.planes};
    const int type = m.is_unsigned && m.bitpix == 16 ? USHORT_IMG : m.bitpix;
    fits_create_img(file, type, m.planes > 1 ? 3 : 2, axes, &status);
    char object[] = "M 42";
    fits_write_key(file, TSTRING, "OBJECT", object, nullptr, &status);
    double exposure = 15;
    fits_write_key(file, TDOUBLE, "EXPTIME", &exposure, nullptr, &status);
    write_pixels(file, m, &status);
    if (m.checksum) fits_write_chksum(file, &status);
    fits_close_file(file, &status);
    ASSERT_EQ(status, 0) << label(m);
}

std::string gzipped(const std::string& bytes) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void save_bytes(const std::filesystem::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::filesystem::path PackedWorld::helper() { return NIGHTSTACK_UNPACK; }

std::vector<float> pixels_of(const io::FrameFile& frame) {
    const StreamFormat& f = frame.format();
    Image<float> plane(f.width, f.height);
    std::vector<float> all;
    for (int p = 0; p < f.planes(); ++p) {
        frame.read(plane.view(), plane.view().bounds(), p);
        for (int y = 0; y < f.height; ++y)
            all.insert(all.end(), plane.view().row(y).begin(), plane.view().row(y).end());
    }
    return all;
}

}  // namespace nightstack::test
