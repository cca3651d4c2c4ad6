// SPDX-License-Identifier: MIT
// Pictures of a film that enter the live stack as one: each is put in its place and added to running sums of Y, U and
// V, each plane on its own grid; the mean is brought to the grid of Y once. Levels are those of the pictures, 0 to 255,
// for U and V about 128.
//
// Thread rule: one writer; `fill` is const and may run in several threads once the group is closed. The result depends
// on the frames and their order alone.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/core/pool.h"
#include "pipeline/core/runner.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/decode/planar_picture.h"
#include "pipeline/stages/video/plane_sum.h"

namespace nightstack {

// The picture is borrowed. `ref_from_frame` is affine: pixels of its Y to canvas pixels.
struct VideoFrame {
    const PlanarPicture* picture = nullptr;
    Transform ref_from_frame;
};

// Canvas pixels of a group begin at multiples of this, so that U and V of all groups lie on one grid.
inline constexpr int kVideoGrid = 4;

class VideoGroup {
public:
    // Empty, for frames with this chrominance; `canvas` in canvas pixels, beginning on the grid. Memory is kept.
    void begin(const Rect& canvas, Subsampling chroma);

    // The frames have the chrominance of the group; parts beyond its canvas are left out.
    void add(std::span<const VideoFrame> frames, Runner& runner);
    // Adds a group of the same canvas; both open, or both closed.
    void absorb(const VideoGroup& other, Runner& runner);
    void close(Runner& runner);

    int frames() const { return frames_; }
    int planes() const { return chroma_.none() ? 1 : 3; }
    const Rect& canvas() const { return canvas_; }
    Subsampling chroma() const { return chroma_; }
    const PlaneSum& plane(int p) const { return planes_[static_cast<std::size_t>(p)]; }
    // Canvas pixels of Y per pixel of a plane.
    Subsampling grid(int plane) const { return plane == 0 ? Subsampling{1, 1} : chroma_; }
    // A pixel has a mean where at least half of the frames cover it.
    int least_count() const { return (frames_ + 1) / 2; }

    // The means less `offset`, per plane on the grid of Y, for canvas pixels; NaN where there is none. For LiveFrame.
    void fill(const Rect& tile, std::span<const ImageView<float>> out, const std::array<double, 3>& offset) const;

    // Memory of sums for a canvas of this size.
    static std::size_t bytes(int width, int height, Subsampling chroma);

private:
    // Means of a tile's pixels of U or V and a border, and which of them there are.
    struct Cells {
        std::vector<float> mean, there, mean_row, there_row, weight;
        std::vector<std::size_t> left;
    };
    void fill_luma(const Rect& tile, ImageView<float> out, float offset) const;
    void fill_chroma(int plane, const Rect& tile, ImageView<float> out, float offset) const;
    bool take_cells(const PlaneSum& sum, const Rect& region, Cells& cells) const;
    void place_columns(const Rect& tile, const Rect& region, Cells& cells) const;
    static void blend_rows(std::size_t upper, float weight, Cells& cells);
    void clear_outside(const Rect& tile, ImageView<float> out) const;
    template <class Body>
    void over_bands(Runner& runner, Body body);

    Rect canvas_;
    Subsampling chroma_;
    int frames_ = 0;
    std::array<PlaneSum, 3> planes_;
    std::vector<SummedPlane> luma_, u_, v_;  // of the frames being added
    mutable Pool<Cells> cells_;
};

}  // namespace nightstack
