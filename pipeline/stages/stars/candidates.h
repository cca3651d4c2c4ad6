// SPDX-License-Identifier: MIT
// First look at a frame: local maxima of the luminance plane above the mesh, without hot pixels and
// without the bumps on the wings of brighter stars.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/stages/stars/background.h"

namespace nightstack {

// What every step of detection looks at. Views and the mesh belong to the caller of find_stars.
struct StarField {
    ImageView<const float> plane;      // calibrated pixels: mono, or a colour mosaic
    ImageView<const float> luminance;  // the same smoothed, see luminance.h
    ImageView<const float> highest;    // block_maxima of luminance
    const BackgroundMesh* mesh = nullptr;
    // Sky of the pixels at (x & 1, y & 1) minus luminance: the colours of a mosaic, about 0 for mono.
    std::array<float, 4> phase_level{};
    float sigma_floor = 0;  // least deviation of the luminance sky taken as real
    std::optional<float> saturation_adu;
    double electrons_per_adu = 0;  // 0 = unknown

    float sigma(double x, double y) const;  // of the luminance sky
    float noise(double x, double y) const;  // of one pixel of `plane`
    // Pixel of `plane` above its own colour's sky, where the luminance of the sky is `level`.
    float excess(int x, int y, float level) const {
        const auto phase = static_cast<std::size_t>((x & 1) + 2 * (y & 1));
        return plane.row_data(y)[x] - phase_level[phase] - level;
    }
};

// Asks for the pixels within `reach` of (x, y) before they are wanted: what is looked at by brightness lies anywhere in
// the frame, and waiting for memory is most of what a star costs.
void fetch_ahead(ImageView<const float> plane, int x, int y, int reach);

// Medians of plane - luminance per phase from a sample of rows.
std::array<float, 4> phase_levels(ImageView<const float> plane, ImageView<const float> luminance);

struct Candidate {
    int x = 0;
    int y = 0;
    float peak = 0;           // luminance above the mesh
    float half_width_px = 0;  // mean distance from the peak to half of it, along rows and columns
};

// The highest of every kScanBlock pixels of a row, NaN left out: made while the row is in cache, so
// that the scan reads hardly any of the plane. `out` has (width + kScanBlock - 1) / kScanBlock columns.
inline constexpr int kScanBlock = 32;
void block_maxima(ImageView<float> out, ImageView<const float> plane, int begin, int end);

// A row and those beside it.
struct RowTriple {
    const float* above = nullptr;
    const float* here = nullptr;
    const float* below = nullptr;
};
// The columns of [begin, end), inside the row, where it has a local maximum (ties give one) above `least` of its
// block, ascending, into `columns` with room for one more than all; returns how many. `highest` is that of the block.
int row_maxima(int* columns, const RowTriple& rows, const float* highest, const float* least, int begin, int end);

// Local maxima of luminance above level + k sigma, row by row (ties give one). `bands` is scratch.
// Pixels closer than 3 px to the edge and maxima beside a NaN are left out.
void scan_maxima(std::vector<Candidate>& out, std::vector<std::vector<Candidate>>& bands, const StarField& field,
                 float k_sigma, Runner& runner);

// True when the brightest pixel of the 3x3 block stands alone (or as a pair): no optics draw that.
bool is_hot_pixel(const StarField& field, const Candidate& c);

// Sorts by brightness and keeps what is neither a hot pixel nor explained by the wing of a brighter
// one, at most `most`; fills half_width_px. Returns how many of the sorted candidates were looked at.
int keep_distinct(std::vector<Candidate>& kept, std::vector<Candidate>& found, const StarField& field, int most);

}  // namespace nightstack
