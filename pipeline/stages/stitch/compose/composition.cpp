// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/composition.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/pool.h"
#include "pipeline/stages/stitch/compose/block_render.h"
#include "pipeline/stages/stitch/compose/footprint.h"
#include "pipeline/stages/stitch/compose/max_rectangle.h"
#include "pipeline/stages/stitch/compose/tile_holes.h"

namespace nightstack {
namespace {

void check(const std::vector<PlacedTile>& tiles, const Projection& projection, int width, int height,
           const ComposeOptions& options) {
    if (width < 1 || height < 1) throw OptionError("panorama: the canvas is empty");
    if (options.bands < 1 || options.bands > 8)
        throw OptionError("panorama: " + std::to_string(options.bands) + " bands, 1 to 8 are possible");
    if (options.planes != 1 && options.planes != 3) throw OptionError("panorama: tiles have one plane or three");
    if (!(projection.px_per_rad > 0) || !std::isfinite(projection.px_per_rad))
        throw OptionError("panorama: the projection has no scale");
    if (!(options.white > 0) || !std::isfinite(options.white)) throw OptionError("panorama: white is no light");
    if (tiles.size() > static_cast<std::size_t>(std::numeric_limits<std::int16_t>::max()))
        throw OptionError("panorama: more than " + std::to_string(std::numeric_limits<std::int16_t>::max()) + " tiles");
    for (const PlacedTile& t : tiles) {
        if (t.camera.lens.width < 1 || t.camera.lens.height < 1 || !(t.camera.lens.f_px > 0))
            throw OptionError("panorama: a tile without size or focal length");
    }
}

// As far apart as the map is smooth where the tile lies: at all places looked at, nodes pass with room to spare. (Each
// square of a mesh is checked again, and exact point by point where it does not pass.)
MeshShape mesh_for(const TileCamera& camera, const CanvasToTile& map, const Projection& projection,
                   double tile_pixels) {
    MeshShape shape{1, 0, 3, 0.3 * std::max(1.0, tile_pixels)};
    constexpr int kLooks = 8;
    for (int log2 = 5; log2 > 3; --log2) {
        const double s = 1 << log2;
        bool smooth = true;
        for (int j = 0; j <= kLooks && smooth; ++j) {
            for (int i = 0; i <= kLooks && smooth; ++i) {
                const Point p{camera.lens.width * i / double{kLooks} - 0.5,
                              camera.lens.height * j / double{kLooks} - 0.5};
                const auto at = projection.canvas(camera.direction(p));
                if (!at) continue;
                for (const Point step : {Point{s, 0}, Point{0, s}}) {
                    const auto node = [&](int k) { return map(at->x + k * step.x, at->y + k * step.y); };
                    const auto a = node(-1), b = node(0), c = node(1), d = node(2);
                    const double third =
                        std::max(std::abs(d.x - 3 * c.x + 3 * b.x - a.x), std::abs(d.y - 3 * c.y + 3 * b.y - a.y));
                    smooth = smooth && a.seen && b.seen && c.seen && d.seen && third < 0.7 * shape.most_third;
                }
            }
        }
        if (!smooth) continue;
        shape.spacing_log2 = log2;
        break;
    }
    return shape;
}

}  // namespace

struct Composition::Parts {
    std::vector<PlacedTile> tiles;
    Projection projection;
    int width, height;
    ComposeOptions options;
    ComposedTiles composed;
    Pool<BlockRender> work;
};

Composition::Composition(std::vector<PlacedTile> tiles, const Vignetting& vignetting, const Projection& projection,
                         int width, int height, ReadTile read, const ReducedOf& reduced,
                         const ComposeOptions& options) {
    check(tiles, projection, width, height, options);
    parts_ = std::make_unique<Parts>();
    Parts& p = *parts_;
    p.projection = projection;
    p.width = width;
    p.height = height;
    p.options = options;
    ComposedTiles& c = p.composed;
    c.bands = options.bands;
    c.planes = options.planes;
    c.period_px = projection.period_px();
    c.read = std::move(read);
    for (const PlacedTile& tile : tiles) {
        const CanvasToTile map(tile.camera, projection);
        const double scale = tile_pixels_per_pixel(tile.camera, map, projection);
        c.maps.push_back(map);
        c.shapes.push_back(mesh_for(tile.camera, map, projection, scale));
        // At 1.5 tile pixels for one of the canvas there is nothing yet to lose by looking at every one.
        c.reductions.push_back(std::clamp(static_cast<int>(std::lround(std::log2(std::max(1.0, scale)))), 0, 12));
        RemapLight light;
        std::copy(tile.light.gain.begin(), tile.light.gain.end(), light.gain);
        light.v[0] = static_cast<float>(vignetting.v1);
        light.v[1] = static_cast<float>(vignetting.v2);
        light.v[2] = static_cast<float>(vignetting.v3);
        const Point middle = tile.camera.lens.middle();
        const double w = tile.camera.lens.width, h = tile.camera.lens.height;
        light.middle_x = static_cast<float>(middle.x);
        light.middle_y = static_cast<float>(middle.y);
        light.per_half_diagonal2 = static_cast<float>(4 / (w * w + h * h));
        c.lights.push_back(light);
    }
    const int scale = options.seam_scale > 0 ? options.seam_scale : seam_scale(width, height);
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const TileLens& lens = tiles[i].camera.lens;
        const int k = static_cast<int>(i);
        auto holes = TileHoles::of(reduced(k), k, lens.width, lens.height, options.planes, c.read);
        if (holes == nullptr) continue;
        c.holes.resize(tiles.size());
        c.holes[i] = std::move(holes);
    }
    c.seams =
        find_seams(tiles, vignetting, projection, width, height, reduced, options.seams, scale, options.white, c.holes);
    p.tiles = std::move(tiles);
}

Composition::~Composition() = default;
Composition::Composition(Composition&&) noexcept = default;

int Composition::width() const { return parts_->width; }
int Composition::height() const { return parts_->height; }
const SeamMap& Composition::seams() const { return parts_->composed.seams; }
int Composition::halo_px() const { return BlockRender::halo_px(parts_->options.bands); }

void Composition::render(const Rect& block, std::span<const ImageView<float>> out, ImageView<float> alpha) const {
    const Parts& p = *parts_;
    if (!Rect{0, 0, p.width, p.height}.contains(block)) throw OptionError("panorama: a block beyond the canvas");
    if (out.size() != static_cast<std::size_t>(p.options.planes)) throw OptionError("panorama: wrong number of planes");
    for (const auto& plane : out)
        if (!plane.same_size(block.width, block.height)) throw OptionError("panorama: plane and block differ in size");
    if (!alpha.same_size(block.width, block.height)) throw OptionError("panorama: alpha and block differ in size");
    if (block.empty()) return;
    const auto work = parts_->work.borrow();
    work->render(p.composed, block, out, alpha);
}

std::size_t Composition::block_bytes(int block_width, int block_height) const {
    const Parts& p = *parts_;
    const double halo = halo_px() + BlockLabels::kSquare;
    const double area = (block_width + 2 * halo) * (block_height + 2 * halo);
    // Sums and one tile's pyramid, four floats a pixel and a third more for the coarser levels; labels; meshes.
    double bytes = area * (p.options.bands > 1 ? 2 * 16 * 4.0 / 3 + 4 : 4);
    double most = 0;
    for (std::size_t i = 0; i < p.tiles.size(); ++i) {
        const TileLens& lens = p.composed.maps[i].lens();
        const double reduced = std::exp2(p.composed.reductions[i]);
        // A tile's pixel is seen at most so much larger towards its corners.
        const double scale = 1.5 * p.tiles[i].camera.lens.f_px / p.projection.px_per_rad;
        const double region = std::min(static_cast<double>(lens.width) * lens.height, 2 * area * scale * scale);
        const double strip =
            3 * 4.0 * std::max(64.0, reduced) * std::min<double>(lens.width, std::sqrt(region) * 2 + 64);
        most = std::max(most, region / (reduced * reduced) * 16 + strip);
    }
    return static_cast<std::size_t>(1.1 * (bytes + most) + area / 2 + (1 << 20));
}

Image<std::uint8_t> Composition::coverage() const {
    const SeamMap& seams = parts_->composed.seams;
    Image<std::uint8_t> covered(seams.columns, seams.rows);
    for (int y = 0; y < seams.rows; ++y) {
        for (int x = 0; x < seams.columns; ++x) covered.view()(x, y) = seams.label(x, y) == SeamMap::kNone ? 0 : 1;
    }
    if (seams.holed.empty()) return covered;
    const Rect canvas{0, 0, parts_->width, parts_->height};
    for (int y = 0; y < seams.rows; ++y) {
        for (int x = 0; x < seams.columns; ++x) {
            if (seams.holed[seams.cell(x, y)] == 0) continue;
            const Rect cell{x * seams.scale, y * seams.scale, seams.scale, seams.scale};
            if (covered_part(intersected(cell, canvas)) < 1) covered.view()(x, y) = 0;
        }
    }
    return covered;
}

double Composition::covered_part(const Rect& part) const {
    const Parts& p = *parts_;
    if (part.empty()) return 1;
    constexpr int kPiece = 1024;  // what is held grows with the area that is looked at in one go
    const auto work = parts_->work.borrow();
    double seen = 0;
    for (int y = part.y; y < part.bottom(); y += kPiece) {
        for (int x = part.x; x < part.right(); x += kPiece)
            seen += static_cast<double>(work->covered(p.composed, intersected(part, {x, y, kPiece, kPiece})));
    }
    return seen / (static_cast<double>(part.width) * part.height);
}

Rect Composition::max_rectangle() const {
    const int scale = parts_->composed.seams.scale;
    const Rect cells = nightstack::max_rectangle(coverage().cview());
    const Rect rect{cells.x * scale, cells.y * scale, cells.width * scale, cells.height * scale};
    return shrunk_to_covered(intersected(rect, {0, 0, parts_->width, parts_->height}),
                             [&](const Rect& line) { return covered_part(line); });
}

}  // namespace nightstack
