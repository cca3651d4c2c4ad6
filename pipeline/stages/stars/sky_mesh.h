// SPDX-License-Identifier: MIT
// The sky of each colour on a coarse mesh: what two frames are held against each other by, to see how
// the sky has changed between them (a gradient that keeps to the horizon while the field turns).
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"

namespace nightstack {

// A value. Cell (column, row) is centred at ((column + 0.5) * cell_px - 0.5, likewise) of the frame;
// cells cut by the right and lower edge keep that centre's meaning by being left out.
struct SkyMesh {
    int cell_px = 0;
    int columns = 0;
    int rows = 0;
    int colours = 0;                          // 1 or 3
    std::array<std::vector<float>, 3> level;  // ADU, row by row; NaN where a cell has no finite pixel

    // At a pixel of the frame, interpolated between cell centres; nothing outside of the outer centres
    // or next to a cell without a level.
    std::optional<double> at(int colour, double x, double y) const;
};

// Median of about `samples` pixels of each cell and colour: stars do not reach it, nebulae do (they
// are the same in both frames). One colour for mono planes, three for a mosaic. Takes rows as they come, while they
// are in cache, and keeps its buffers for the next plane. One thread at a time.
class SkyMeshSampler {
public:
    void begin(int width, int height, std::optional<CfaPattern> cfa, int cell_px = 128, int samples = 400);
    // Looks at the rows of `plane` from where it was before `end`; they must be final.
    void add_rows(ImageView<const float> plane, int end);
    SkyMesh finish();  // after all rows

private:
    void begin_cells();
    void sample_row(const float* row, int y);
    void finish_cells(int cell_row);

    SkyMesh mesh_;
    std::optional<CfaPattern> cfa_;
    int step_ = 0;
    int next_row_ = 0;
    std::size_t room_ = 0;                      // of one cell
    std::array<std::vector<float>, 3> values_;  // of one row of cells, cell by cell
    std::array<std::vector<float*>, 3> ends_;   // where each cell's go on
};

// The whole of it. Any thread.
SkyMesh measure_sky_mesh(ImageView<const float> plane, std::optional<CfaPattern> cfa, int cell_px = 128,
                         int samples = 400);

}  // namespace nightstack
