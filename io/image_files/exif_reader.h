// SPDX-License-Identifier: MIT
// What a camera wrote about a picture (Exif 2.32, JEITA CP-3451), read from hostile bytes. Nothing here throws: what is
// not there, lies outside or cannot be true is left out. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace nightstack::io {

struct ExifRead {
    int orientation = 1;               // 1 to 8: how the stored pixels must be turned (io/tiles/orientation.h)
    std::optional<double> focal_mm;    // of the lens
    std::optional<double> focal_35mm;  // of the lens that would see as much on 36 x 24 mm film
    std::optional<double> sensor_px_per_mm_x, sensor_px_per_mm_y;  // focal plane resolution
    std::optional<int> width, height;  // of the picture as the camera made it: editors may have shrunk it since
    std::string make, model;           // printable, at most 100 bytes before it was made so
    std::string taken;                 // "2026:01:18 21:04:26", or ""
    std::optional<double> exposure_s, f_number, iso;
};

// Fills `out` from `offset` or says no.
using ExifSource = std::function<bool(std::uint64_t offset, std::span<std::byte> out)>;

// Bytes that begin with "II*" or "MM*": a whole TIFF file is such bytes, too. Two directories are looked at, each
// once, each 512 entries at most; none is followed to the next.
ExifRead read_exif(const ExifSource& tiff);
ExifRead read_exif(std::span<const std::byte> tiff);

// The TIFF structure in the first Exif segment before a JPEG's pixels; empty when there is none.
std::span<const std::byte> exif_in_jpeg(std::span<const std::byte> jpeg);

// The focal length in pixels of a picture of this size, upright or not. By the 35 mm equivalent as CIPA DCG-001 and
// hugin have it: the film's diagonal of 43.27 mm is the picture's diagonal. When focal length and sensor resolution
// agree with it within a tenth they are taken instead, for the equivalent is rounded to whole mm; alone they do as
// well, unless the sensor would be smaller than any (an editor shrank the picture and its told size). Nothing when
// neither is told, or when what they say is no lens (a field of 1 to 170 degrees along the diagonal).
std::optional<double> focal_px(const ExifRead& exif, int width, int height);

}  // namespace nightstack::io
