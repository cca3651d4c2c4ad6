// SPDX-License-Identifier: MIT
// Renders one block of a composition. One object for one thread, used again and again: it keeps its memory.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/stitch/compose/blend_pyramid.h"
#include "pipeline/stages/stitch/compose/block_plan.h"
#include "pipeline/stages/stitch/compose/canvas_to_tile.h"
#include "pipeline/stages/stitch/compose/position_mesh.h"
#include "pipeline/stages/stitch/compose/remap.h"
#include "pipeline/stages/stitch/compose/seams.h"
#include "pipeline/stages/stitch/compose/tile_holes.h"
#include "pipeline/stages/stitch/compose/tile_region.h"

namespace nightstack {

// All that blocks share; nobody changes it while blocks are rendered.
struct ComposedTiles {
    std::vector<CanvasToTile> maps;  // by tile, as the next three
    std::vector<MeshShape> shapes;
    std::vector<RemapLight> lights;
    std::vector<int> reductions;                          // log2
    std::vector<std::unique_ptr<const TileHoles>> holes;  // as HolesOfTiles
    SeamMap seams;
    ReadTile read;
    double period_px = 0;
    int bands = 1, planes = 3;
};

class BlockRender {
public:
    // How far outside of a block pixels are looked at: whole squares, and whole pixels of the coarsest band.
    static int halo_px(int bands);

    void render(const ComposedTiles& tiles, const Rect& block, std::span<const ImageView<float>> out,
                ImageView<float> alpha);
    // How many pixels of a part of the canvas some tile sees.
    std::int64_t covered(const ComposedTiles& tiles, const Rect& part);

private:
    struct Output {
        std::span<const ImageView<float>> planes;
        ImageView<float> alpha;
        Rect block;
    };
    const BlockLabels& labels() const { return plan_.labels(); }
    void render_tile(const ComposedTiles& tiles, std::size_t label, const Output& out);
    void put_run(const ComposedTiles& tiles, std::size_t label, const RemapSource& source, int sx0, int sx1, int sy,
                 const Output& out);
    static void put_pixels(const float* from, int x, int count, int y, const std::int16_t* labels, std::int16_t label,
                           const Output& out);
    void fill_picture(const ComposedTiles& tiles, std::size_t label, const RemapSource& source, const Rect& region,
                      float* picture);
    void put_blended(const Output& out);
    void put_gaps(const Output& out);

    BlockPlan plan_;
    BlendPyramid pyramid_;
    TileRegion region_;
    std::vector<Rect> around_;
    std::vector<float> run_;
};

}  // namespace nightstack
