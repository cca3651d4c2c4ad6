// SPDX-License-Identifier: MIT
// A smooth surface through the sky of a picture, and taking it off. What stands out of the sky (a nebula, a galaxy, the
// glow of a bright star) is recognised by standing above the surface through the rest, cell by cell, and left out of
// the fit.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/stages/background/sky_cells.h"

namespace nightstack {

enum class BackgroundKind { none, poly, mesh };
std::string_view name(BackgroundKind kind);
std::optional<BackgroundKind> parse_background_kind(std::string_view word);

inline constexpr int kMaxBackgroundDegree = 4;

struct BackgroundOptions {
    BackgroundKind kind = BackgroundKind::none;
    int degree = 1;      // of the polynomial, 1 to 4. The higher, the more of a large nebula it takes for sky
    int cell_px = 128;   // of the mesh; a nebula that is not recognised and larger than a few cells is flattened
    void check() const;  // throws OptionError naming the option
    // Cells the sky is measured in: smaller for the polynomial, which averages over all of them.
    int measuring_cell_px() const { return kind == BackgroundKind::poly ? 64 : cell_px; }
};

// The surface of one plane. A value; any number of readers.
class BackgroundModel {
public:
    // With too few usable cells the surface is flat: nothing will be taken off.
    static BackgroundModel fitted(const SkyCells& cells, const BackgroundOptions& options);

    double at(double x, double y) const;     // the surface, units of the plane
    double level() const { return level_; }  // its median over the usable cells: what is left of the sky
    // Highest less lowest value of the surface over the usable cells.
    double amplitude() const { return amplitude_; }
    int cells() const { return cells_; }      // usable
    int cells_used() const { return used_; }  // of these taken for sky

    // Subtracts surface - level() from every pixel; row 0 of `band` is row `y0` of the picture. NaN stays NaN.
    void subtract_from(ImageView<float> band, int y0) const;

private:
    double scaled_x(double x) const { return (x - middle_x_) / half_; }
    double scaled_y(double y) const { return (y - middle_y_) / half_; }
    void polynomial_row(std::vector<double>& row, int y) const;
    void mesh_row(std::vector<double>& row, int y) const;

    BackgroundKind kind_ = BackgroundKind::none;
    int degree_ = 0;
    // term[i][j] of u^i v^j with u, v from -1 to 1 over the longer side.
    std::array<std::array<double, kMaxBackgroundDegree + 1>, kMaxBackgroundDegree + 1> term_{};
    double middle_x_ = 0, middle_y_ = 0, half_ = 1;
    int width_ = 0;
    std::vector<double> mesh_;  // at the cells' centres, smoothed, gaps filled
    std::vector<double> mesh_x_, mesh_y_;
    double level_ = 0, amplitude_ = 0;
    int cells_ = 0, used_ = 0;
};

}  // namespace nightstack
