// SPDX-License-Identifier: MIT
// A panorama as a picture that can be asked for any of its blocks. Made from tiles that are placed and whose light is
// known; it finds the seams once, on small pictures, and then renders blocks of the canvas in linear light: every tile
// is read where it is needed, brought onto the canvas (bicubic), and blended in bands along the seams. What one tile
// alone shows, farther from all others than bands reach, is that tile's pixels. Where a tile has no data (NaN) it does
// not see. A pixel does not depend on the block it is rendered in, nor on threads or the CPU's level, to the last bit.
// `render` and the other const members may be called from several threads at a time. Exceptions of the callables pass
// through.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/stitch/camera/projection.h"
#include "pipeline/stages/stitch/compose/seams.h"
#include "pipeline/stages/stitch/compose/tile_region.h"
#include "pipeline/stages/stitch/light/tile_light.h"

namespace nightstack {

struct ComposeOptions {
    int bands = 5;  // of the blending, 1 to 8; 1: none, seams stay sharp. Light is evened out over 2^bands pixels.
    SeamKind seams = SeamKind::graph_cut;
    int seam_scale = 0;  // canvas pixels of a seam cell; 0: as seam_scale() says
    int planes = 3;      // what `read` gives: 1 or 3
    float white = 1;     // light that counts as white, for what differs to the eye along seams
};

class Composition {
public:
    // A canvas that goes once around should have a period of a whole number of pixels, best a multiple of the seams'
    // scale and of 2^(bands - 1), and be as wide: then its two ends fit. `reduced` is asked for one tile after the
    // other, here and not later; `read` whenever blocks are rendered, and here for tiles whose reduced picture has
    // NaN. Throws OptionError for tiles, sizes or options that make no sense.
    Composition(std::vector<PlacedTile> tiles, const Vignetting& vignetting, const Projection& projection, int width,
                int height, ReadTile read, const ReducedOf& reduced, const ComposeOptions& options = {});
    ~Composition();
    Composition(Composition&&) noexcept;
    Composition& operator=(Composition&&) = delete;

    int width() const;
    int height() const;
    const SeamMap& seams() const;

    // `out`: one plane or three, as `planes`, of the block's size; alpha too. Where no tile sees: NaN and alpha 0, else
    // alpha 1. The block lies in the canvas.
    void render(const Rect& block, std::span<const ImageView<float>> out, ImageView<float> alpha) const;
    // What rendering a block of this size takes beside `out` and what `read` takes: bytes for each thread, at most.
    // Long blocks cost least: each is rendered with a border of `halo_px()` where it lies on a seam.
    std::size_t block_bytes(int block_width, int block_height) const;
    int halo_px() const;

    // Whether a tile sees each cell of the seam map (1 or 0), by its middle; all of it where tiles have holes.
    Image<std::uint8_t> coverage() const;
    // How much of a part of the canvas is seen by a tile, 0 to 1.
    double covered_part(const Rect& part) const;
    // The largest rectangle without a gap: exact by cells, then its edges moved in until all their pixels are seen.
    Rect max_rectangle() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nightstack
