// SPDX-License-Identifier: MIT
// One photo of a panorama: pixels upright, in linear light, read in part from several threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "io/files/scratch_store.h"
#include "io/image_files/exif_reader.h"
#include "io/tiles/float_range.h"
#include "pipeline/core/image.h"

namespace nightstack::io {

struct TileInfo {
    int width = 0;  // as it is looked at: the orientation of the file has been applied
    int height = 0;
    int channels = 1;              // 1 gray, 3 red, green, blue
    int bits = 8;                  // of a sample in the file: 8, 16; 32 is float
    bool display_referred = true;  // integers carry the curve of sRGB; float is linear as it stands
    bool validity = false;         // the file has alpha: parts may be no data
    FloatRange range;              // of float samples
    ExifRead exif;                 // its width and height are those of the stored picture
};

// All methods from several threads at once. Whatever is behind it (a FITS panel, a picture) is opened and checked by
// the function that returns it.
class Tile {
public:
    virtual ~Tile() = default;
    virtual const TileInfo& info() const = 0;
    // Linear light of a region inside the tile, one plane for each channel, each of the region's size. White is 1 for
    // integers; floats come as they are. NaN is no data: alpha below half, no finite number, or
    // one beyond the range's most. Throws IoError.
    virtual void read_light(Rect region, std::span<const ImageView<float>> planes) const = 0;
    // The same region as 8 bits of gray for the eye (77 R + 150 G + 29 B of the codes; of floats in
    // the range's unit), 0 where there is no data.
    virtual void read_gray(Rect region, ImageView<std::uint8_t> gray) const = 0;
};

// What is made on the way while the rows pass by, from memory that is warm: the same as reduced.h makes afterwards.
// 0 makes nothing; 1, 2, 4 or 8 means of squares of that side.
struct TileOptions {
    int gray_by = 0;
    int light_by = 0;
};

struct TileReductions {
    Image<std::uint8_t> gray;
    std::vector<Image<float>> light;  // one for each channel
};

// JPEG (gray, colour), PNG (8 and 16 bits, gray, colour, palette, alpha) or TIFF (8, 16 bits, float, gray, RGB, alpha),
// told by its first bytes; limits as in io/image_files: at most 16384 pixels a side. Decoded here, once; the samples
// as stored then lie in `store` (width * height * samples of 1, 2 or 4 bytes). Beside them some MB are held while
// decoding, of a JPEG its file. Throws IoError, FormatError (what it is), DamagedError (cut off, bad codes).
std::unique_ptr<Tile> open_tile(const std::filesystem::path& path, ScratchStore& store, const TileOptions& options = {},
                                TileReductions* reductions = nullptr);

}  // namespace nightstack::io
