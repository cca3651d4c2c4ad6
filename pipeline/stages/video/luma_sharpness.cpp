// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/luma_sharpness.h"

#include <algorithm>
#include <span>
#include <utility>

namespace nightstack {
namespace {

constexpr int kCell = 2;  // pixels; a cell is the sum of 2 x 2
constexpr std::size_t kPatchCells = kSharpnessPatch / kCell;
constexpr double kCellPixels = kCell * kCell;

// Sums over one patch, whole numbers.
struct PatchSums {
    std::uint64_t energy = 0, light = 0;
    std::uint32_t squares = 0, cells = 0;
};

// Rows of cells, and what they add to their patches.
class CellRows {
public:
    explicit CellRows(std::size_t cells) : here_(cells), above_(cells) {}

    void take(const std::uint8_t* upper, const std::uint8_t* lower) {
        here_.swap(above_);
        for (std::size_t x = 0; x < here_.size(); ++x)
            here_[x] = upper[2 * x] + upper[2 * x + 1] + lower[2 * x] + lower[2 * x + 1];
    }

    void add(std::span<PatchSums> to) const {
        for (std::size_t p = 0; p < to.size(); ++p) {
            const std::size_t begin = p * kPatchCells, end = p + 1 == to.size() ? here_.size() : begin + kPatchCells;
            std::uint32_t energy = 0, light = 0;  // at most 31 cells of 2 x 1020^2: fits
            for (std::size_t x = begin; x + 1 < end; ++x) {
                const int across = here_[x + 1] - here_[x], down = here_[x] - above_[x];
                energy += static_cast<std::uint32_t>(across * across + down * down);
                light += static_cast<std::uint32_t>(here_[x]);
            }
            to[p].energy += energy;
            to[p].light += light;
            to[p].cells += static_cast<std::uint32_t>(end - begin - 1);
        }
    }

private:
    std::vector<int> here_, above_;
};

LumaPatch mean(const PatchSums& s) {
    const double n = std::max(1U, s.cells);
    return {static_cast<float>(static_cast<double>(s.energy) / (2 * n * kCellPixels * kCellPixels)),
            static_cast<float>(static_cast<double>(s.light) / (n * kCellPixels))};
}

}  // namespace

void measure_patches(LumaPatches& out, ImageView<const std::uint8_t> y) {
    out.clear();
    if (y.width() < 2 * kCell || y.height() < 2 * kCell) return;
    const auto columns = static_cast<std::size_t>(std::max(1, y.width() / kSharpnessPatch));
    const auto rows = static_cast<std::size_t>(std::max(1, y.height() / kSharpnessPatch));
    std::vector<PatchSums> sums(columns * rows);
    CellRows cells(static_cast<std::size_t>(y.width() / kCell));
    for (int row = 0; row < y.height() / kCell; ++row) {
        cells.take(y.row_data(kCell * row), y.row_data(kCell * row + 1));
        const std::size_t patches = std::min(static_cast<std::size_t>(row) / kPatchCells, rows - 1);
        if (row > 0) cells.add(std::span(sums).subspan(patches * columns, columns));
    }
    for (const PatchSums& s : sums) out.push_back(mean(s));
}

}  // namespace nightstack
