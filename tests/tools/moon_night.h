// SPDX-License-Identifier: MIT
// A night of the Moon on disk: frames of a colour camera with the Moon as the twin draws it, drifting and turning,
// through air that is now better, now worse, and thin cloud. What each shows is known.
#pragma once

#include <filesystem>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack::test {

struct MoonFrame {
    std::filesystem::path path;
    Transform ref_from_frame;  // the first frame is the reference
    double blur_px = 1;        // sigma
};

struct MoonNight {
    std::filesystem::path folder;
    std::vector<MoonFrame> frames;
    Image<float> mean;  // of all mosaics as they are, nothing aligned
};

inline constexpr int kMoonWidth = 480, kMoonHeight = 360;

// Into `folder`; every fifth frame is out of focus when `lapses`.
MoonNight write_moon_night(const std::filesystem::path& folder, int frames, bool lapses);

// The same Moon blurred by so many pixels in every frame: of it little more than edges is left.
MoonNight write_blurred_moon_night(const std::filesystem::path& folder, int frames, double blur_px);
// Jupiter, 60 px wide.
MoonNight write_jupiter_night(const std::filesystem::path& folder, int frames, double blur_px);

// Frames of 1920 x 1080 of hills, trees and houses by day, as the twin's scope takes them, each looking a little
// further to the right. Where the middle of each, pixel (960, 540), lies on the first.
std::vector<Point> write_landscape(const std::filesystem::path& folder, int frames);

// A mosaic of the same camera as a light in `folder`.
std::filesystem::path write_moon_mosaic(const std::filesystem::path& folder, int index, ImageView<const float> mosaic);

}  // namespace nightstack::test
