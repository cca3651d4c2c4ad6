// SPDX-License-Identifier: MIT
// A decoded video picture as JPEG holds it: Y, and U and V on a coarser grid (full range, BT.601, as in JFIF). One
// owner, no locks; used again and again, its memory grows to the largest picture and stays.
#pragma once

#include <array>
#include <cstdint>

#include "pipeline/core/image.h"

namespace nightstack {

struct PictureSize {
    int width = 0, height = 0;
    friend bool operator==(const PictureSize&, const PictureSize&) = default;
};

// So many luminance pixels to one of chrominance: 2x2 is 4:2:0, 2x1 4:2:2. `none`: gray, no U and V.
struct Subsampling {
    int x = 0, y = 0;
    bool none() const { return x == 0; }
    friend bool operator==(const Subsampling&, const Subsampling&) = default;
};

class PlanarPicture {
public:
    // Pixels are then anything.
    void reshape(PictureSize size, Subsampling chroma);

    PictureSize size() const { return size_; }
    Subsampling chroma() const { return chroma_; }
    // U(i, j) lies in the middle of the chroma().x by chroma().y pixels of Y it stands for: at 2i + 0.5 with 4:2:0.
    ImageView<const std::uint8_t> y() const { return plane(0); }
    ImageView<const std::uint8_t> u() const { return plane(1); }
    ImageView<const std::uint8_t> v() const { return plane(2); }

    // For the decoder: the plane with the rows and columns JPEG adds to fill its blocks.
    ImageView<std::uint8_t> blocks(int plane) { return planes_[static_cast<std::size_t>(plane)].view(); }

private:
    ImageView<const std::uint8_t> plane(int index) const;
    PictureSize size_;
    Subsampling chroma_;
    std::array<Image<std::uint8_t>, 3> planes_;
};

}  // namespace nightstack
