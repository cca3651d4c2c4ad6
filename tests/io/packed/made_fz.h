// SPDX-License-Identifier: MIT
// Compressed FITS made by cfitsio, the packer of the field: the other side of our gate.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/files/scratch_store.h"
#include "io/packed/packed_fits.h"
#include "tests/support/temp_folder.h"

namespace nightstack::test {

struct MadeFz {
    std::string compression = "RICE_1";  // RICE_1 GZIP_1 GZIP_2 PLIO_1 HCOMPRESS_1
    int bitpix = 16;                     // 8 16 32 -32 -64; 16 with unsigned = true has BZERO 32768
    bool is_unsigned = false;
    int width = 61;
    int height = 47;
    int planes = 1;
    int tile_rows = 1;
    int tile_width = 0;  // 0: whole rows
    float quantise = 0;  // floats: 0 exact (GZIP only), else the steps per sigma
    int dither = 0;      // 1 or 2: subtractive dither
    bool with_nan = false;
    bool checksum = false;
};

std::string label(const MadeFz& m);
void make_fz(const std::filesystem::path& path, const MadeFz& m);
// A smooth sky with stars: what the pixels of `make_fz` are, as stored numbers.
double made_pixel(const MadeFz& m, int x, int y, int plane);

std::string gzipped(const std::string& bytes);

std::string file_bytes(const std::filesystem::path& path);
void save_bytes(const std::filesystem::path& path, const std::string& bytes);

// A folder, a store and the real helper.
struct PackedWorld {
    TempFolder temp;
    io::ScratchStore store{std::uint64_t{64} << 20, temp / "scratch"};
    io::UnpackSetup setup() { return {helper(), &store}; }
    static std::filesystem::path helper();
};

// All planes, one after the other.
std::vector<float> pixels_of(const io::FrameFile& frame);

}  // namespace nightstack::test
