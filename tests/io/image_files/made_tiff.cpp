// SPDX-License-Identifier: MIT
#include "tests/io/image_files/made_tiff.h"

#include <stdlib.h>  // mkdtemp
#include <tiffio.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace nightstack::io {
namespace {

template <class T>
void put(std::vector<std::uint8_t>& row, double value) {
    const T sample = static_cast<T>(value);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&sample);
    row.insert(row.end(), bytes, bytes + sizeof(T));
}

void put_sample(std::vector<std::uint8_t>& row, const MadeTiff& m, int x, int y, int c) {
    const double v = made_value(m, x, y, c);
    if (m.bits == 8) return put<std::uint8_t>(row, v);
    if (m.bits == 32 && m.sample_format == 3) return put<float>(row, v);
    if (m.bits == 32) return put<std::uint32_t>(row, v);
    if (m.bits == 64) return put<double>(row, v);
    return m.sample_format == 2 ? put<std::int16_t>(row, v) : put<std::uint16_t>(row, v);
}

// A rectangle of samples; plane -1 takes all channels. Beyond the picture: rubbish.
std::vector<std::uint8_t> rectangle(const MadeTiff& m, int x0, int y0, int width, int height, int plane) {
    std::vector<std::uint8_t> out;
    for (int y = y0; y < y0 + height; ++y) {
        for (int x = x0; x < x0 + width; ++x) {
            for (int c = 0; c < m.channels; ++c) {
                if (plane < 0 || c == plane) put_sample(out, m, x, y, c);
            }
        }
    }
    return out;
}

void check(bool ok) {
    if (!ok) throw std::runtime_error("libtiff would not write the test file");
}

void set_tags(TIFF* t, const MadeTiff& m) {
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, m.width);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, m.height);
    TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, m.channels);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, m.bits);
    TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, m.sample_format);
    TIFFSetField(t, TIFFTAG_COMPRESSION, m.compression);
    TIFFSetField(t, TIFFTAG_PLANARCONFIG, m.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    const int colours = m.channels - m.extra;
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC,
                 m.photometric >= 0 ? m.photometric
                 : colours == 3     ? PHOTOMETRIC_RGB
                                    : PHOTOMETRIC_MINISBLACK);
    TIFFSetField(t, TIFFTAG_ORIENTATION, m.orientation);
    if (m.extra > 0 && m.extra_kind >= 0) {
        const std::vector<std::uint16_t> kinds(static_cast<std::size_t>(m.extra),
                                               static_cast<std::uint16_t>(m.extra_kind));
        TIFFSetField(t, TIFFTAG_EXTRASAMPLES, static_cast<std::uint16_t>(m.extra), kinds.data());
    }
    if (m.compression == 5 || m.compression == 8) TIFFSetField(t, TIFFTAG_PREDICTOR, m.predictor);
    if (m.cfa.size() == 4) {
        const std::uint16_t two[2] = {2, 2};
        TIFFSetField(t, TIFFTAG_CFAREPEATPATTERNDIM, two);
        TIFFSetField(t, TIFFTAG_CFAPATTERN, 4, m.cfa.data());
    }
    TIFFSetField(t, TIFFTAG_MODEL, "Test camera");
}

}  // namespace

double made_value(const MadeTiff& m, int x, int y, int c) {
    const int v = (x * 7 + y * 131 + c * 1009) % (m.bits == 8 ? 256 : 30'000);
    if (m.sample_format == 2) return v - 15'000;
    if (m.sample_format == 3) return (v - 100) / 64.0;
    return m.bits == 16 ? 2 * v : v;
}

void make_tiff(const std::filesystem::path& path, const MadeTiff& m) {
    const std::string mode = std::string("w") + (m.big_endian ? "b" : "l") + (m.big_tiff ? "8" : "");
    TIFF* t = TIFFOpen(path.c_str(), mode.c_str());
    check(t != nullptr);
    set_tags(t, m);
    const int planes = m.separate ? m.channels : 1;
    const int block_width = m.tile > 0 ? m.tile : m.width;
    const int block_height = m.tile > 0 ? m.tile : m.rows_per_strip;
    if (m.tile > 0) {
        TIFFSetField(t, TIFFTAG_TILEWIDTH, m.tile);
        TIFFSetField(t, TIFFTAG_TILELENGTH, m.tile);
    } else {
        TIFFSetField(t, TIFFTAG_ROWSPERSTRIP, m.rows_per_strip);
    }
    std::uint32_t block = 0;
    for (int plane = 0; plane < planes; ++plane) {
        for (int y = 0; y < m.height; y += block_height) {
            for (int x = 0; x < m.width; x += block_width, ++block) {
                const int rows = m.tile > 0 || y + block_height <= m.height ? block_height : m.height - y;
                auto bytes = rectangle(m, x, y, block_width, rows, m.separate ? plane : -1);
                const auto size = static_cast<tmsize_t>(bytes.size());
                check((m.tile > 0 ? TIFFWriteEncodedTile(t, block, bytes.data(), size)
                                  : TIFFWriteEncodedStrip(t, block, bytes.data(), size)) == size);
            }
        }
    }
    TIFFClose(t);
}

std::filesystem::path temp(const std::string& name) {
    struct Folder {
        std::string path = (std::filesystem::temp_directory_path() / "image_files_XXXXXX").string();
        Folder() { check(::mkdtemp(path.data()) != nullptr); }
        ~Folder() {
            std::error_code error;
            std::filesystem::remove_all(path, error);
        }
    };
    static const Folder folder;
    return std::filesystem::path(folder.path) / name;
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::remove(path);  // a file cut and written again is sent to the disk at once by ext4
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace nightstack::io
