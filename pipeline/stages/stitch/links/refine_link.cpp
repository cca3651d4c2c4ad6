// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/refine_link.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "pipeline/stages/scene/pyramid.h"
#include "pipeline/stages/stitch/links/patch_fit.h"

namespace nightstack {
namespace {

constexpr double kCoarse_px = 0.05;  // steps before the last one need not come to rest

constexpr double kMostGrowth = 2.5;  // of an area

struct Aimed {
    Point a, b;
};

// One of each cell of a grid laid over all of them: the first.
std::vector<Aimed> spread(const std::vector<Aimed>& all, int most) {
    if (most <= 0) return {};
    if (static_cast<int>(all.size()) <= most) return all;
    double x0 = std::numeric_limits<double>::max(), y0 = x0, x1 = -x0, y1 = -x0;
    for (const Aimed& p : all) {
        x0 = std::min(x0, p.a.x);
        x1 = std::max(x1, p.a.x);
        y0 = std::min(y0, p.a.y);
        y1 = std::max(y1, p.a.y);
    }
    const double w = x1 - x0 + 1, h = y1 - y0 + 1;
    const int across = std::clamp(static_cast<int>(std::lround(std::sqrt(most * w / h))), 1, most);
    const int down = std::max(1, most / across);
    std::vector<int> taken(static_cast<std::size_t>(across) * static_cast<std::size_t>(down), 0);
    std::vector<Aimed> out;
    // A second round fills up with the second of each cell.
    for (int round = 0; round < 3 && static_cast<int>(out.size()) < most; ++round) {
        std::vector<int> now(taken.size(), 0);
        for (const Aimed& p : all) {
            const int i = static_cast<int>((p.a.x - x0) / w * across), j = static_cast<int>((p.a.y - y0) / h * down);
            const auto cell = static_cast<std::size_t>(j * across + i);
            if (now[cell]++ != round) continue;
            out.push_back(p);
            if (static_cast<int>(out.size()) == most) break;
        }
    }
    return out;
}

std::array<double, 4> slope_of(const TileMap& map, Point p) {
    constexpr double kStep = 8;
    const auto l = map({p.x - kStep, p.y}), r = map({p.x + kStep, p.y});
    const auto u = map({p.x, p.y - kStep}), d = map({p.x, p.y + kStep});
    if (!l || !r || !u || !d) return {1, 0, 0, 1};
    constexpr double s = 1 / (2 * kStep);
    return {(r->x - l->x) * s, (d->x - u->x) * s, (r->y - l->y) * s, (d->y - u->y) * s};
}

// 1 2 1 both ways, so that neither picture is sharper for where its pixels happen to lie.
void blur(Image<float>& image, Image<float>& spare) {
    const int w = image.width(), h = image.height();
    spare.reshape(w, h);
    for (int y = 0; y < h; ++y) {
        const float* in = image.cview().row_data(y);
        float* out = spare.view().row_data(y);
        out[0] = in[0];
        out[w - 1] = in[w - 1];
        for (int x = 1; x < w - 1; ++x) out[x] = 0.25F * (in[x - 1] + in[x + 1]) + 0.5F * in[x];
    }
    for (int y = 0; y < h; ++y) {
        const float *above = spare.cview().row_data(std::max(y - 1, 0)), *here = spare.cview().row_data(y),
                    *below = spare.cview().row_data(std::min(y + 1, h - 1));
        float* out = image.view().row_data(y);
        for (int x = 0; x < w; ++x) out[x] = 0.25F * (above[x] + below[x]) + 0.5F * here[x];
    }
}

// A square of a tile around a place, at full size and halved.
struct Square {
    Point corner;
    Image<std::uint8_t> bytes;
    Image<float> whole, half, spare;

    bool read(const GreyTile& tile, Point middle, int radius) {
        // Even corners, so that the halved pixels are those of the tile's own pyramid.
        const auto even = [](double v) { return static_cast<int>(std::floor(v / 2)) * 2; };
        const Rect wanted{even(middle.x) - radius, even(middle.y) - radius, 2 * radius, 2 * radius};
        const Rect region = intersected(wanted, {0, 0, tile.width / 2 * 2, tile.height / 2 * 2});
        if (region.width < 2 * kPatchRadius + 8 || region.height < 2 * kPatchRadius + 8) return false;
        corner = {static_cast<double>(region.x), static_cast<double>(region.y)};
        bytes.reshape(region.width, region.height);
        tile.read(region, bytes.view());
        widen(whole, bytes.cview());
        half.reshape(region.width / 2, region.height / 2);
        halve(half.view(), whole.cview());
        blur(whole, spare);
        return true;
    }
    Point whole_from(Point tile) const { return {tile.x - corner.x, tile.y - corner.y}; }
    Point half_from(Point tile) const { return at_level(whole_from(tile), 1); }
    Point tile_from_whole(Point p) const { return {p.x + corner.x, p.y + corner.y}; }
    Point tile_from_half(Point p) const { return tile_from_whole(from_level(p, 1)); }
};

// A square of a tile's small picture.
struct SmallSquare {
    Point corner;
    Image<float> pixels;

    bool cut(const GreyTile& tile, Point middle, int radius) {
        const Rect wanted{static_cast<int>(std::floor(middle.x)) - radius,
                          static_cast<int>(std::floor(middle.y)) - radius, 2 * radius, 2 * radius};
        const Rect region = intersected(wanted, tile.reduced.bounds());
        if (region.width < 2 * kPatchRadius + 4 || region.height < 2 * kPatchRadius + 4) return false;
        corner = {static_cast<double>(region.x), static_cast<double>(region.y)};
        widen(pixels, tile.reduced.cropped(region));
        return true;
    }
    Point from_reduced(Point p) const { return {p.x - corner.x, p.y - corner.y}; }
    Point reduced(Point p) const { return {p.x + corner.x, p.y + corner.y}; }
};

class Refiner {
public:
    Refiner(const GreyTile& a, const GreyTile& b, const TileMap& map, const RefineOptions& options)
        : a_(a), b_(b), map_(map), options_(options) {}

    std::optional<Correspondence> operator()(const Aimed& aimed) {
        slope_ = slope_of(map_, aimed.a);
        // A finer picture read at the steps of a coarser one: what lies between is missed. The other way round it is
        // not.
        if (std::abs(slope_[0] * slope_[3] - slope_[1] * slope_[2]) > kMostGrowth) return std::nullopt;
        off_px_ = options_.most_off_px;
        Aimed now = aimed;
        // Small pictures of both on one scale, and only where they say more than full size.
        if (a_.level == b_.level && a_.level >= 1) {
            const auto place = step_reduced(now);
            if (!place || options_.rough) return place;
        }
        return step_full(now);
    }

private:
    // Corrects what is aimed at; what is returned is rough.
    std::optional<Correspondence> step_reduced(Aimed& now) {
        const double scale = 1 << a_.level;
        const Point aim_a = rounded(at_level(now.a, a_.level));
        const Point middle = from_level(aim_a, a_.level);
        const Point aim_b = at_level(moved(now, middle), b_.level);
        const double off = off_px_ / scale + 0.5;
        const int reach = kPatchRadius + 3;
        if (!small_a_.cut(a_, aim_a, reach) || !small_b_.cut(b_, aim_b, reach + static_cast<int>(std::ceil(off)) + 4))
            return std::nullopt;
        const PatchAim aim{small_a_.from_reduced(aim_a), small_b_.from_reduced(aim_b), slope_, off, kCoarse_px};
        const auto place = fit_patch(small_a_.pixels.cview(), small_b_.pixels.cview(), aim);
        if (!place || place->likeness < options_.least_likeness - 0.2) return std::nullopt;
        const Point found = from_level(small_b_.reduced(place->b), b_.level);
        correct(now, middle, found);
        off_px_ = 0.5 * scale + 3 * place->sigma_px * scale;
        return Correspondence{middle, found, std::max(place->sigma_px, 0.05) * scale};
    }

    std::optional<Correspondence> step_full(Aimed now) {
        // Room for the search in the halved square, its patch and the cubic's taps.
        const int radius = 2 * (kPatchRadius + 4) + static_cast<int>(std::ceil(off_px_)) + 6;
        if (!square_a_.read(a_, now.a, 2 * (kPatchRadius + 4)) || !square_b_.read(b_, now.b, radius))
            return std::nullopt;
        if (off_px_ > 1) {
            PatchAim aim{square_a_.half_from(now.a), {}, slope_, off_px_ / 2 + 0.5, kCoarse_px};
            const Point middle = square_a_.tile_from_half(rounded(aim.a));
            aim.b = square_b_.half_from(moved(now, middle));
            const auto place = fit_patch(square_a_.half.cview(), square_b_.half.cview(), aim);
            if (!place) return std::nullopt;
            correct(now, middle, square_b_.tile_from_half(place->b));
        }
        PatchAim aim{square_a_.whole_from(now.a), {}, slope_, 1.5};
        const Point middle = square_a_.tile_from_whole(rounded(aim.a));
        aim.b = square_b_.whole_from(moved(now, middle));
        const auto place = fit_patch(square_a_.whole.cview(), square_b_.whole.cview(), aim);
        if (!place || place->likeness < options_.least_likeness || place->sigma_px > options_.most_sigma_px)
            return std::nullopt;
        return Correspondence{middle, square_b_.tile_from_whole(place->b), std::max(place->sigma_px, 0.02)};
    }

    // Where a place next to the aimed one should lie.
    Point moved(const Aimed& now, Point a) const {
        const double dx = a.x - now.a.x, dy = a.y - now.a.y;
        return {now.b.x + slope_[0] * dx + slope_[1] * dy, now.b.y + slope_[2] * dx + slope_[3] * dy};
    }
    void correct(Aimed& now, Point a, Point b) const {
        const Point was = moved(now, a);
        now.b = {now.b.x + b.x - was.x, now.b.y + b.y - was.y};
    }

    const GreyTile& a_;
    const GreyTile& b_;
    const TileMap& map_;
    const RefineOptions& options_;
    std::array<double, 4> slope_{};
    double off_px_ = 0;
    Square square_a_, square_b_;
    SmallSquare small_a_, small_b_;
};

}  // namespace

std::vector<Correspondence> refine_places(const GreyTile& a, const GreyTile& b, std::span<const Point> corners_a,
                                          const TileMap& b_from_a, const RefineOptions& options) {
    constexpr double kMargin = kPatchRadius + 3;
    std::vector<Aimed> aims;
    for (const Point& p : corners_a) {
        const auto there = b_from_a(p);
        if (there && there->x >= kMargin && there->y >= kMargin && there->x <= b.width - 1 - kMargin &&
            there->y <= b.height - 1 - kMargin)
            aims.push_back({p, *there});
    }
    Refiner refine(a, b, b_from_a, options);
    std::vector<Correspondence> out;
    for (const Aimed& aimed : spread(aims, options.most_places))
        if (const auto found = refine(aimed)) out.push_back(*found);
    return out;
}

}  // namespace nightstack
