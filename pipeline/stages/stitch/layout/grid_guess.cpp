// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/layout/grid_guess.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

#include "pipeline/core/upper_median.h"

namespace nightstack {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

struct Looks {
    double lon = 0, lat = 0, roll = 0;
};

// As Rotation::looking has them.
Looks looks_of(const Rotation& world_from_camera) {
    const Direction ahead = world_from_camera({0, 0, 1});
    Looks out{std::atan2(ahead.x, ahead.z), std::asin(std::clamp(-ahead.y, -1.0, 1.0)), 0};
    const Rotation level = Rotation::looking(out.lon, out.lat, 0);
    const Direction right = level.inverse()(world_from_camera({1, 0, 0}));
    out.roll = std::atan2(right.y, right.x);
    return out;
}

struct Known {
    std::size_t tile = 0;
    Looks looks;
};

bool is_finite(const Looks& l) { return std::isfinite(l.lon) && std::isfinite(l.lat) && std::isfinite(l.roll); }

// Longitudes without a jump among tiles that follow each other in a row: taken about the middle of all.
std::vector<Known> known_tiles(std::span<const GridTile> tiles) {
    std::vector<Known> out;
    double x = 0, z = 0;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        if (!tiles[i].world_from_camera) continue;
        const Looks looks = looks_of(*tiles[i].world_from_camera);
        if (!is_finite(looks)) continue;
        out.push_back({i, looks});
        x += std::sin(looks.lon);
        z += std::cos(looks.lon);
    }
    const double middle = std::atan2(x, z);
    for (Known& k : out) k.looks.lon = middle + std::remainder(k.looks.lon - middle, kTurn);
    return out;
}

// Whether they look all round, so that no middle says where a row begins.
bool is_ring(const std::vector<Known>& known) {
    constexpr double kWidestGap = kTurn / 5;
    std::vector<double> lon;
    for (const Known& k : known) lon.push_back(k.looks.lon);
    std::sort(lon.begin(), lon.end());
    double widest = lon.front() + kTurn - lon.back();
    for (std::size_t i = 1; i < lon.size(); ++i) widest = std::max(widest, lon[i] - lon[i - 1]);
    return widest < kWidestGap;
}

// Longitudes of a ring as they go on from column to column: a row is a turn, to the right (1) or to the left (-1).
std::vector<Known> along_the_ring(std::vector<Known> known, std::span<const GridPlace> places, int way) {
    int columns = 1;
    for (const GridPlace& p : places) columns = std::max(columns, p.column + 1);
    const auto of_column = [&](const Known& k) { return way * kTurn * places[k.tile].column / columns; };
    double x = 0, z = 0;
    for (const Known& k : known) {
        x += std::sin(k.looks.lon - of_column(k));
        z += std::cos(k.looks.lon - of_column(k));
    }
    const double begin = std::atan2(x, z);
    for (Known& k : known) {
        const double about = begin + of_column(k);
        k.looks.lon = about + std::remainder(k.looks.lon - about, kTurn);
    }
    return known;
}

enum class Walk { rows, rows_back_and_forth, columns, columns_back_and_forth };

GridPlace place_at(int index, int along, Walk walk) {
    const int line = index / along, step = index % along;
    const bool back = (walk == Walk::rows_back_and_forth || walk == Walk::columns_back_and_forth) && line % 2 == 1;
    const int at = back ? along - 1 - step : step;
    return walk == Walk::rows || walk == Walk::rows_back_and_forth ? GridPlace{line, at} : GridPlace{at, line};
}

// lon and lat as planes over row and column.
struct GridFit {
    Eigen::Vector3d lon = Eigen::Vector3d::Zero(), lat = Eigen::Vector3d::Zero();
    double step = 0;  // the lesser of a column's and a row's
    double miss = 0;
    int outliers = 0;
    Looks at(const GridPlace& p) const {
        const Eigen::Vector3d v(1, p.row, p.column);
        return {lon.dot(v), lat.dot(v), 0};
    }
};

std::optional<GridFit> fit_grid(const std::vector<Known>& known, std::span<const GridPlace> places) {
    std::vector<double> weights(known.size(), 1.0);
    GridFit out;
    std::vector<double> off;
    for (int round = 0; round < 6; ++round) {
        Eigen::Matrix3d normal = Eigen::Matrix3d::Zero();
        Eigen::Vector3d lon = Eigen::Vector3d::Zero(), lat = Eigen::Vector3d::Zero();
        for (std::size_t i = 0; i < known.size(); ++i) {
            const GridPlace& p = places[known[i].tile];
            const Eigen::Vector3d v(1, p.row, p.column);
            normal += weights[i] * v * v.transpose();
            lon += weights[i] * known[i].looks.lon * v;
            lat += weights[i] * known[i].looks.lat * v;
        }
        // A single row or column leaves the other step open: it is then 0.
        const Eigen::Matrix3d held = normal + 1e-9 * Eigen::Matrix3d::Identity();
        const Eigen::LDLT<Eigen::Matrix3d> solver(held);
        if (solver.info() != Eigen::Success) return std::nullopt;
        out.lon = solver.solve(lon);
        out.lat = solver.solve(lat);
        off.clear();
        for (const Known& k : known) {
            const Looks want = out.at(places[k.tile]);
            off.push_back(std::hypot((k.looks.lon - want.lon) * std::cos(k.looks.lat), k.looks.lat - want.lat));
        }
        const double half = std::max(2 * upper_median(off), 1e-6);
        for (std::size_t i = 0; i < off.size(); ++i) weights[i] = 1 / (1 + off[i] * off[i] / (half * half));
    }
    const double row = std::hypot(out.lon[1], out.lat[1]), column = std::hypot(out.lon[2], out.lat[2]);
    bool one_row = true, one_column = true;
    for (const Known& k : known) {
        one_row = one_row && places[k.tile].row == places[known[0].tile].row;
        one_column = one_column && places[k.tile].column == places[known[0].tile].column;
    }
    if (one_row && one_column) return std::nullopt;
    out.step = one_row ? column : one_column ? row : std::min(row, column);
    if (!(out.step > 1e-6)) return std::nullopt;
    out.miss = upper_median(off) / out.step;
    for (const double o : off) out.outliers += o > 0.35 * out.step ? 1 : 0;
    return out;
}

// The best of the fits to what is known, as it is or along the ring both ways.
std::optional<GridFit> fit_grid(const std::vector<Known>& known, bool ring, std::span<const GridPlace> places) {
    std::optional<GridFit> best = fit_grid(known, places);
    for (const int way : {1, -1}) {
        if (!ring) break;
        const auto round = fit_grid(along_the_ring(known, places, way), places);
        if (round && (!best || round->miss < best->miss)) best = round;
    }
    return best;
}

GridGuess guess_from(std::span<const GridTile> tiles, const std::vector<Known>& known, std::vector<GridPlace> places,
                     const GridFit& fit) {
    GridGuess out;
    std::vector<double> rolls;
    for (const Known& k : known) rolls.push_back(k.looks.roll);
    const double roll = upper_median(rolls);
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const Looks want = fit.at(places[i]);
        out.world_from_camera.push_back(Rotation::looking(want.lon, want.lat, roll));
        out.rows = std::max(out.rows, places[i].row + 1);
        out.columns = std::max(out.columns, places[i].column + 1);
    }
    out.places = std::move(places);
    out.miss = fit.miss;
    out.outliers = fit.outliers;
    return out;
}

// Rows are numbered downwards and columns to the right, whichever way the scope went.
void turn_upright(GridGuess& guess, GridFit fit) {
    // How much each step goes sideways rather than up or down, in the middle of the grid.
    const double level = std::cos(fit.at({guess.rows / 2, guess.columns / 2}).lat);
    const auto sideways = [&](int axis) { return std::abs(fit.lon[axis]) * level - std::abs(fit.lat[axis]); };
    const bool by_rows = guess.rows > 1 ? sideways(1) > 0 : sideways(2) < 0;
    if (by_rows) {
        for (GridPlace& p : guess.places) std::swap(p.row, p.column);
        std::swap(guess.rows, guess.columns);
        std::swap(fit.lon[1], fit.lon[2]);
        std::swap(fit.lat[1], fit.lat[2]);
    }
    const bool up = fit.lat[1] > 0, left = fit.lon[2] < 0;
    for (GridPlace& p : guess.places) {
        if (up) p.row = guess.rows - 1 - p.row;
        if (left) p.column = guess.columns - 1 - p.column;
    }
}

std::optional<GridGuess> guess_by_names(std::span<const GridTile> tiles, const std::vector<Known>& known, bool ring) {
    std::vector<GridPlace> places;
    for (const GridTile& t : tiles) places.push_back(*t.place);
    const auto fit = fit_grid(known, ring, places);
    if (!fit || fit->miss > 0.2) return std::nullopt;
    return guess_from(tiles, known, std::move(places), *fit);
}

// Rows and columns stand at right angles and have about one step; of those that fit, the whole grids first. Nothing for
// what is no grid.
std::optional<double> score_of(const GridFit& fit, bool whole, std::size_t known) {
    if (fit.outliers > static_cast<int>(known) / 10 || fit.miss > 0.2) return std::nullopt;
    const double skew = std::abs(fit.lon[1] * fit.lon[2] + fit.lat[1] * fit.lat[2]) /
                        std::max(1e-12, std::hypot(fit.lon[1], fit.lat[1]) * std::hypot(fit.lon[2], fit.lat[2]));
    if (skew > 0.5) return std::nullopt;
    return fit.miss + 0.2 * skew + (whole ? 0 : 0.1) + 0.05 * fit.outliers;
}

std::optional<GridGuess> guess_by_order(std::span<const GridTile> tiles, const std::vector<Known>& known, bool ring) {
    std::vector<GridPlace> best_places;
    std::optional<GridFit> best;
    double least = 1e9;
    const auto n = static_cast<int>(tiles.size());
    for (int along = 1; along <= n; ++along) {
        for (const Walk walk : {Walk::rows, Walk::rows_back_and_forth, Walk::columns, Walk::columns_back_and_forth}) {
            if ((along == n || along == 1) && walk != Walk::rows) continue;
            std::vector<GridPlace> places;
            for (int i = 0; i < n; ++i) places.push_back(place_at(i, along, walk));
            const auto fit = fit_grid(known, ring, places);
            if (!fit) continue;
            const auto score = score_of(*fit, n % along == 0, known.size());
            if (!score || *score >= least) continue;
            least = *score;
            best_places = std::move(places);
            best = fit;
        }
    }
    if (!best) return std::nullopt;
    GridGuess out = guess_from(tiles, known, std::move(best_places), *best);
    turn_upright(out, *best);
    return out;
}

}  // namespace

std::optional<GridGuess> guess_grid(std::span<const GridTile> tiles) {
    const std::vector<Known> known = known_tiles(tiles);
    if (known.size() < 3) return std::nullopt;
    const bool ring = is_ring(known);
    const bool named = std::all_of(tiles.begin(), tiles.end(), [](const GridTile& t) { return t.place.has_value(); });
    return named ? guess_by_names(tiles, known, ring) : guess_by_order(tiles, known, ring);
}

}  // namespace nightstack
