// SPDX-License-Identifier: MIT
// Positions in a tile for a lattice of canvas places, nearly as good as CanvasToTile and a hundred times faster: exact
// at the nodes of a mesh, cubic in between (Lagrange through four nodes each way). Squares of the mesh where that is
// not good enough, or where nodes are not seen, are exact point by point. Nodes lie at multiples of the spacing, so a
// position does not depend on what area is covered. One object for one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/stitch/compose/canvas_to_tile.h"

namespace nightstack {

// How lattice places (i, j) lie on the canvas, (step i + offset, step j + offset), and how the mesh lies on them.
struct MeshShape {
    double step = 1, offset = 0;  // canvas pixels
    int spacing_log2 = 4;         // 3 to 5: lattice places between nodes
    double most_third = 0.3;      // of the third differences of nodes, tile px: the error is a hundredth of it or less
};

class PositionMesh {
public:
    // `area`: of the lattice, the only one that is asked about after this. The map must outlive the mesh's use.
    void cover(const CanvasToTile& map, const MeshShape& shape, const Rect& area);

    struct Row {
        const float* x;
        const float* y;
    };
    // Positions of (x ... x + count - 1, y), until the next call.
    Row row(int x, int y, int count);
    // Whether all places of a part lie in the tile, by the nodes around it: no where it is not sure.
    bool surely_inside(const Rect& part);
    // Whether none of them does: no where it is not sure.
    bool surely_outside(const Rect& part);
    // Holds the positions of all places of a part that lie in the tile, and the places on the tile's edge next to those
    // that do not. In tile pixels, within the tile, and generous by a few.
    Rect bounds(const Rect& part);

private:
    struct Extent {
        double x0, y0, x1, y1;
        bool seen;
    };
    // By mesh coordinates.
    const CanvasToTile::Place& node(int i, int j) {
        const std::size_t at = static_cast<std::size_t>(j - nodes_.y) * static_cast<std::size_t>(nodes_.width) +
                               static_cast<std::size_t>(i - nodes_.x);
        if (known_[at] == 0) find_node(i, j, at);
        return places_[at];
    }
    void find_node(int i, int j, std::size_t at);
    bool smooth(int i, int j);  // the square from node (i, j) on
    Extent extent(const Rect& part);
    double slack() const;

    const CanvasToTile* map_ = nullptr;
    MeshShape shape_;
    Rect nodes_;  // mesh coordinates of all nodes that may be asked for
    std::vector<CanvasToTile::Place> places_;
    std::vector<std::uint8_t> known_, squares_;
    std::vector<double> line_;
    std::vector<float> cubics_, x_, y_;
};

}  // namespace nightstack
