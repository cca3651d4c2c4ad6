// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/scene_patch.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/stages/scene/patch_sums.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {
namespace {

constexpr int kMargin = 3;                     // of the gradient (1) and its smoothing (2)
constexpr double kNoiseOfH = 0.15625 * 0.375;  // what white noise of unit variance adds per pixel to sxx and syy
constexpr double kLeastTexture = 1;            // times what noise adds
constexpr double kLeastLight = 2;              // variance of the patch in those of its noise
constexpr int kCells = 8;                      // of the grid, per longer side
constexpr double kLeastShare = 1e-4;           // of the best patch's worth

// Of white noise, from second differences across the diagonal, which hold next to nothing of a picture.
double noise_of(ImageView<const float> plane) {
    constexpr int kMost = 200;  // per axis
    const int step_x = std::max(1, plane.width() / kMost), step_y = std::max(1, plane.height() / kMost);
    std::vector<float> values;
    for (int y = 0; y + 1 < plane.height(); y += step_y) {
        const float *a = plane.row_data(y), *b = plane.row_data(y + 1);
        for (int x = 0; x + 1 < plane.width(); x += step_x) {
            const float d = std::abs((a[x] - a[x + 1]) - (b[x] - b[x + 1]));
            if (std::isfinite(d)) values.push_back(d);
        }
    }
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return static_cast<double>(*middle) / (0.67449 * 2);
}

// The pixels of one patch while it is worked out.
struct Made {
    std::vector<double> patch, gx, gy, sx, sy;  // side * side each
    double energy = 0, signal = 0;
    double hxx = 0, hxy = 0, hyy = 0;
};

// [1 4 6 4 1] / 16 along both axes, of a square with two pixels around what comes out.
std::vector<double> smoothed(const std::vector<double>& wide, int side) {
    const auto binomial = [](const double* p, std::ptrdiff_t step) {
        return (p[0] + p[4 * step]) + 4 * (p[step] + p[3 * step]) + 6 * p[2 * step];
    };
    const std::ptrdiff_t stride = side + 4;
    std::vector<double> rows(static_cast<std::size_t>((stride)*side)), out;
    for (std::ptrdiff_t y = 0; y < stride; ++y) {
        for (std::ptrdiff_t x = 0; x < side; ++x)
            rows[static_cast<std::size_t>(y * side + x)] = binomial(wide.data() + y * stride + x, 1);
    }
    for (std::ptrdiff_t k = 0; k < static_cast<std::ptrdiff_t>(side) * side; ++k)
        out.push_back(binomial(rows.data() + k, side) / 256);
    return out;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

void take_mean_out(std::vector<double>& v) {
    double sum = 0;
    for (const double value : v) sum += value;
    for (double& value : v) value -= sum / static_cast<double>(v.size());
}

// What a gain or an offset would show as.
void take_patch_out(std::vector<double>& v, const Made& made) {
    take_mean_out(v);
    const double share = made.signal > 0 ? dot(v, made.patch) / made.signal : 0;
    for (std::size_t i = 0; i < v.size(); ++i) v[i] -= share * made.patch[i];
}

Made make_patch(ImageView<const float> plane, int x0, int y0, int side, double noise) {
    Made m;
    std::vector<double> wide_x, wide_y;
    const auto slope = [](float before, float after) {
        return 0.5 * (static_cast<double>(after) - static_cast<double>(before));
    };
    for (int y = y0 - 2; y < y0 + side + 2; ++y) {
        const float *above = plane.row_data(y - 1), *here = plane.row_data(y), *below = plane.row_data(y + 1);
        for (int x = x0 - 2; x < x0 + side + 2; ++x) {
            wide_x.push_back(slope(here[x - 1], here[x + 1]));
            wide_y.push_back(slope(above[x], below[x]));
            if (x < x0 || x >= x0 + side || y < y0 || y >= y0 + side) continue;
            m.patch.push_back(static_cast<double>(here[x]));
            m.gx.push_back(wide_x.back());
            m.gy.push_back(wide_y.back());
        }
    }
    m.sx = smoothed(wide_x, side);
    m.sy = smoothed(wide_y, side);
    take_mean_out(m.patch);
    m.energy = dot(m.patch, m.patch);
    m.signal = m.energy - noise * noise * static_cast<double>(m.patch.size());
    take_patch_out(m.sx, m);
    take_patch_out(m.sy, m);
    m.hxx = dot(m.sx, m.gx);
    m.hyy = dot(m.sy, m.gy);
    m.hxy = 0.5 * (dot(m.sx, m.gy) + dot(m.sy, m.gx));
    return m;
}

// Axes of H less what noise adds to it; false when there is no texture.
bool take_axes(ScenePatch& p, const Made& m, double noise) {
    const auto pixels = static_cast<double>(m.patch.size());
    const double added = noise * noise * kNoiseOfH * pixels;
    const double half_sum = 0.5 * (m.hxx + m.hyy) - added, half_difference = 0.5 * (m.hxx - m.hyy);
    const double root = std::sqrt(half_difference * half_difference + m.hxy * m.hxy);
    p.energy = m.energy;
    p.noise_energy = added;
    p.signal = m.signal;
    p.noise = noise;
    p.strong = half_sum + root;
    p.weak = half_sum - root > kLeastTexture * added ? half_sum - root : 0;
    // Without light of its own a patch has no gain to measure, whatever shines in from beside it.
    const bool lit = m.energy > kLeastLight * noise * noise * pixels;
    if (!std::isfinite(m.energy) || !lit || !(2 * half_sum > kLeastTexture * 2 * added) || !(p.strong > 0))
        return false;
    // The axis from the double angle, by half-angle formulas.
    const double c2 = root > 0 ? half_difference / root : 1;
    p.ux = std::sqrt(std::max(0.0, 0.5 * (1 + c2)));
    p.uy = std::copysign(std::sqrt(std::max(0.0, 0.5 * (1 - c2))), m.hxy);
    return true;
}

double worth(const ScenePatch& p) { return p.weak + 0.05 * p.strong; }

struct Candidate {
    ScenePatch patch;
    int cell = 0;
};

std::vector<Candidate> candidates(ImageView<const float> plane, int side) {
    std::vector<Candidate> all;
    const double noise = noise_of(plane);
    const int columns = (plane.width() - 2 * kMargin) / side, rows = (plane.height() - 2 * kMargin) / side;
    const int left = (plane.width() - columns * side) / 2, top = (plane.height() - rows * side) / 2;
    const int cell_px = std::max(1, (std::max(plane.width(), plane.height()) + kCells - 1) / kCells);
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            Candidate c;
            c.patch.x = left + column * side;
            c.patch.y = top + row * side;
            c.cell = (c.patch.y + side / 2) / cell_px * kCells + (c.patch.x + side / 2) / cell_px;
            if (take_axes(c.patch, make_patch(plane, c.patch.x, c.patch.y, side, noise), noise)) all.push_back(c);
        }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Candidate& a, const Candidate& b) { return worth(a.patch) > worth(b.patch); });
    return all;
}

std::vector<ScenePatch> spread(const std::vector<Candidate>& all, int most) {
    std::vector<ScenePatch> best, rest;
    std::vector<bool> taken(kCells * kCells);
    for (const Candidate& c : all) {
        if (worth(c.patch) < kLeastShare * worth(all.front().patch)) break;
        const auto cell = static_cast<std::size_t>(c.cell);
        (taken[cell] ? rest : best).push_back(c.patch);
        taken[cell] = true;
    }
    best.insert(best.end(), rest.begin(), rest.end());
    if (best.size() > static_cast<std::size_t>(most)) best.resize(static_cast<std::size_t>(most));
    return best;
}

}  // namespace

ScenePatches choose_patches(ImageView<const float> plane, int level, int side, int most) {
    ScenePatches out;
    out.level = level;
    out.side = side;
    out.patches = spread(candidates(plane, side), most);
    for (ScenePatch& p : out.patches) {
        const Made m = make_patch(plane, p.x, p.y, side, p.noise);
        p.at = out.pixels.size();
        for (const auto* values : {&m.patch, &m.sx, &m.sy}) {
            for (const double v : *values) out.pixels.push_back(static_cast<float>(v));
        }
    }
    return out;
}

std::optional<PatchShift> find_patch(const ScenePatches& patches, const ScenePatch& patch, ImageView<const float> frame,
                                     const Transform& frame_from_ref, PatchScratch& scratch) {
    const int side = patches.side, n = side * side;
    scratch.window.reshape(n, 1);
    const ImageView<float> window(scratch.window.view().data(), side, side, side);
    const std::array<ImageView<const float>, 1> planes{frame};
    const std::array<ImageView<float>, 1> out{window};
    warp(out, {patch.x, patch.y, side, side}, {planes, frame.bounds(), frame.width(), frame.height()}, frame_from_ref,
         WarpKind::cubic);
    const float* const pixels = patches.pixels.data() + patch.at;
    const PatchSums s = patch_sums(window.data(), pixels, pixels + n, pixels + 2 * n, window(side / 2, side / 2), n);
    const double gain = static_cast<double>(s.patch) / patch.signal;
    const double mean = static_cast<double>(s.sum) / n;
    const double variance = static_cast<double>(s.squares) / n - mean * mean;
    if (!std::isfinite(gain) || !std::isfinite(variance)) return std::nullopt;
    PatchShift shift;
    if (!(variance > 0) || !(gain > 0)) return shift;
    shift.gain = gain;
    shift.correlation = static_cast<double>(s.patch) / std::sqrt(patch.energy * variance * n);
    const double x = static_cast<double>(s.x) / gain, y = static_cast<double>(s.y) / gain;
    shift.along = (patch.ux * x + patch.uy * y) / patch.strong;
    shift.across = patch.weak > 0 ? (-patch.uy * x + patch.ux * y) / patch.weak : 0;
    // A hair of noise where there is none, so that nothing is divided by it.
    const double unexplained = std::max(0.0, variance / (gain * gain) - patch.signal / n);
    const double noise = std::max(std::sqrt(unexplained + patch.noise * patch.noise), 1e-6 * std::sqrt(patch.energy));
    const auto error = [&](double h) { return h > 0 ? noise * std::sqrt(h + patch.noise_energy) / h : 0; };
    shift.along_error = error(patch.strong);
    shift.across_error = error(patch.weak);
    return shift;
}

}  // namespace nightstack
