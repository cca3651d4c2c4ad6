// SPDX-License-Identifier: MIT
// TIFF files of every kind, made by libtiff: the other side of our reader.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nightstack::io {

struct MadeTiff {
    std::string label = {};
    int width = 37;
    int height = 29;
    int channels = 1;
    int bits = 16;
    int sample_format = 1;  // 1 unsigned, 2 signed, 3 float
    int compression = 1;    // 1 none, 5 LZW, 8 deflate, 32773 PackBits
    int predictor = 1;
    bool separate = false;
    bool big_endian = false;
    bool big_tiff = false;
    int tile = 0;  // side of a tile, 0 strips
    int rows_per_strip = 8;
    int orientation = 1;
    int photometric = -1;                // by the number of channels
    int extra = 0;                       // of the channels, alpha
    int extra_kind = 2;                  // 1 multiplied into the colours, 2 not, -1 not told
    std::vector<std::uint8_t> cfa = {};  // four codes
};

// The value of every sample, a formula: channel c of pixel (x, y), as stored from the first row.
double made_value(const MadeTiff& m, int x, int y, int c);
void make_tiff(const std::filesystem::path& path, const MadeTiff& m);

// In a folder of this process alone, removed at its end.
std::filesystem::path temp(const std::string& name);
std::string bytes_of(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, const std::string& bytes);

}  // namespace nightstack::io
