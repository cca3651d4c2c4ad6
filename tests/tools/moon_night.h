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

// A mosaic of the same camera as a light in `folder`.
std::filesystem::path write_moon_mosaic(const std::filesystem::path& folder, int index, ImageView<const float> mosaic);

}  // namespace nightstack::test
