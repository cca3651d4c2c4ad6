// SPDX-License-Identifier: MIT
#include "tools/pano/pano_picture.h"

#include <algorithm>
#include <cmath>

#include "io/image_files/gpano.h"
#include "pipeline/core/error.h"
#include "pipeline/core/upper_median.h"
#include "pipeline/stages/stitch/compose/composition.h"
#include "tools/pano/canvas_writer.h"
#include "tools/pano/code_rows.h"
#include "tools/pano/pano_light.h"
#include "tools/pano/picture_file.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

constexpr double kWorthCropping = 0.6;  // of what is covered must be left

io::RowSample deepest(std::span<const TileInput* const> inputs, const std::vector<int>& tiles) {
    int bits = 8;
    for (const int i : tiles) bits = std::max(bits, inputs[static_cast<std::size_t>(i)]->tile->info().bits);
    return bits >= 32 ? io::RowSample::f32 : bits > 8 ? io::RowSample::u16 : io::RowSample::u8;
}

int planes_of(std::span<const TileInput* const> inputs, const std::vector<int>& tiles) {
    for (const int i : tiles)
        if (inputs[static_cast<std::size_t>(i)]->tile->info().channels == 3) return 3;
    return 1;
}

// Grey tiles among coloured ones have three planes that are alike.
void read_tile(const io::Tile& tile, const Rect& region, std::span<const ImageView<float>> planes) {
    if (static_cast<int>(planes.size()) == tile.info().channels) return tile.read_light(region, planes);
    tile.read_light(region, planes.first(1));
    for (std::size_t p = 1; p < planes.size(); ++p)
        for (int y = 0; y < region.height; ++y) std::copy_n(planes[0].row_data(y), region.width, planes[p].row_data(y));
}

// Floats of any scale: what most tiles have decides, and then no tile is cut.
void find_white(std::span<const TileInput* const> tiles, MadePanorama& made) {
    std::vector<double> units;
    float bright = 0;
    for (const TileInput* t : tiles) {
        const io::FloatRange& range = t->tile->info().range;
        units.push_back(range.unit);
        if (range.unit > 1) bright = std::max(bright, range.bright);
    }
    if (units.empty()) return;
    made.unit = static_cast<float>(upper_median(std::move(units)));
    if (made.unit > 1) made.white = bright;
}

Composition composed(std::span<const TileInput* const> inputs, const MadePanorama& made, const Projection& projection,
                     int width, int height, int bands) {
    std::vector<PlacedTile> placed;
    for (std::size_t k = 0; k < made.tiles.size(); ++k)
        placed.push_back({made.cameras[k], made.light.tiles[k], static_cast<bool>(made.unsure[k])});
    ComposeOptions options;
    options.planes = planes_of(inputs, made.tiles);
    options.bands = bands;
    options.white = made.unit;
    const auto input_of = [inputs, &tiles = made.tiles](int k) -> const TileInput& {
        return *inputs[static_cast<std::size_t>(tiles[static_cast<std::size_t>(k)])];
    };
    return Composition(
        std::move(placed), made.light.vignetting, projection, width, height,
        [input_of](int k, const Rect& region, std::span<const ImageView<float>> planes) {
            read_tile(*input_of(k).tile, region, planes);
        },
        [input_of](int k) { return input_of(k).reduced_light(); }, options);
}

// What part of the canvas is kept, and in a word why.
Rect crop_of(const Composition& composition, const CanvasPlan& canvas, const std::string& wish, bool transparent,
             std::string& why) {
    const Rect whole{0, 0, canvas.width, canvas.height};
    why = "none";
    if (wish == "none" || (wish == "auto" && transparent)) return whole;
    const Rect largest = composition.max_rectangle();
    const auto worth = [&] {
        const double covered = composition.covered_part(whole) * canvas.width * canvas.height;
        return static_cast<double>(largest.width) * largest.height >= kWorthCropping * covered;
    };
    if (largest.empty() || (wish == "auto" && !worth())) {
        why = largest.empty() ? "none: no rectangle is covered" : "none: less than 60 percent would be left";
        return whole;
    }
    why = "max-rectangle";
    return largest;
}

std::string xmp_of(const MadePanorama& made, const CanvasPlan& canvas) {
    if (canvas.projection.kind != ProjectionKind::spherical) return "";
    io::GPano pano;
    const double around = canvas.projection.period_px();
    if (around > 1e9) return "";  // more than the format's numbers hold
    pano.full_width = std::max(made.crop.width, static_cast<int>(std::lround(around)));
    pano.full_height = std::max(made.crop.height, static_cast<int>(std::lround(around / 2)));
    // Rounding must not lead out of the whole.
    const auto inside = [](double at, int length, int whole) {
        return std::clamp(static_cast<int>(std::lround(at)), 0, whole - length);
    };
    pano.cropped = {
        inside(around / 2 - canvas.projection.origin.x - 0.5 + made.crop.x, made.crop.width, pano.full_width),
        inside(around / 4 - canvas.projection.origin.y - 0.5 + made.crop.y, made.crop.height, pano.full_height),
        made.crop.width, made.crop.height};
    pano.photos = static_cast<int>(made.tiles.size());
    pano.software = kProgram;
    return io::gpano_xmp(pano);
}

}  // namespace

MadePanorama planned_panorama(std::span<const TileInput* const> inputs, const PanoramaPlacement& placement,
                              int panorama, const PanoOptions& options, int most_side, Runner& runner) {
    MadePanorama made;
    std::vector<const TileInput*> tiles;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (placement.tiles[i].panorama != panorama) continue;
        made.tiles.push_back(static_cast<int>(i));
        made.cameras.push_back(placement.tiles[i].camera);
        made.unsure.push_back(placement.tiles[i].verdict == TileVerdict::weak);
        tiles.push_back(inputs[i]);
    }
    find_white(tiles, made);
    LightOptions light;
    light.gains = options.gains;
    light.vignetting = options.vignetting;
    made.light = light_of(tiles, made.cameras, light, runner);
    CanvasWish wish;
    if (options.projection != "auto") wish.kind = parse_projection(options.projection);
    wish.scale = options.scale;
    wish.most_side = most_side;
    made.canvas = plan_canvas(made.cameras, wish);
    made.crop = {0, 0, made.canvas.width, made.canvas.height};
    return made;
}

MadePanorama make_panorama(std::span<const TileInput* const> inputs, const PanoramaPlacement& placement, int panorama,
                           const std::filesystem::path& image, const PanoPictureCall& call) {
    const PanoOptions& o = call.options;
    const PictureKind kind = *picture_kind(image);
    MadePanorama made = planned_panorama(inputs, placement, panorama, o, most_side(kind), call.runner);
    made.image = image;
    const Composition composition =
        composed(inputs, made, made.canvas.projection, made.canvas.width, made.canvas.height, o.bands);
    made.crop = crop_of(composition, made.canvas, o.crop, has_alpha(kind), made.crop_why);

    const int planes = planes_of(inputs, made.tiles);
    PictureShape shape;
    shape.kind = kind;
    shape.width = made.crop.width;
    shape.height = made.crop.height;
    shape.channels = planes + (has_alpha(kind) && made.crop_why != "max-rectangle" ? 1 : 0);
    shape.sample = sample_for(kind, deepest(inputs, made.tiles));
    shape.quality = o.quality;
    shape.white = made.white;
    shape.xmp = xmp_of(made, made.canvas);
    made.channels = shape.channels;
    made.bits = shape.sample == io::RowSample::u8 ? 8 : shape.sample == io::RowSample::u16 ? 16 : 32;
    const BandShape bands =
        bands_within(composition, shape.width, shape.channels * made.bits / 8, call.memory / 2, call.runner.threads());
    PictureFile file(image, shape, o.force ? io::Overwrite::yes : io::Overwrite::no);
    write_canvas(file, shape, composition, made.crop, planes, bands, call.runner, call.stop,
                 [&](int rows) { call.progress(rows, made.crop.height); });
    file.publish(call.runner);
    return made;
}

std::vector<std::uint8_t> small_panorama(std::span<const TileInput* const> inputs, const MadePanorama& made, int side,
                                         Runner& runner, int& width, int& height, Projection& projection) {
    const double s = std::min(1.0, static_cast<double>(side) / std::max(made.crop.width, made.crop.height));
    width = std::max(1, static_cast<int>(made.crop.width * s));
    height = std::max(1, static_cast<int>(made.crop.height * s));
    projection = made.canvas.projection;
    projection.px_per_rad *= s;
    // The same directions at the edges: pixel edges lie at -0.5.
    projection.origin = {(made.canvas.projection.origin.x - made.crop.x + 0.5) * s - 0.5,
                         (made.canvas.projection.origin.y - made.crop.y + 0.5) * s - 0.5};
    const Composition composition = composed(inputs, made, projection, width, height, 3);
    const int planes = planes_of(inputs, made.tiles);
    std::vector<std::uint8_t> out(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    constexpr int kRows = 64;
    runner.run((height + kRows - 1) / kRows, 1, [&](int begin, int end) {
        for (int k = begin; k < end; ++k) {
            const int y = k * kRows, rows = std::min(kRows, height - y);
            std::vector<Image<float>> light;
            std::vector<ImageView<float>> views;
            for (int p = 0; p < planes; ++p) light.emplace_back(width, rows);
            for (auto& plane : light) views.push_back(plane.view());
            Image<float> alpha(width, rows);
            composition.render({0, y, width, rows}, views, alpha.view());
            for (int row = 0; row < rows; ++row) {
                std::vector<const float*> lines;
                for (auto& plane : light) lines.push_back(plane.cview().row_data(row));
                code_row(lines, alpha.cview().row_data(row), width, 3, io::RowSample::u8,
                         reinterpret_cast<std::byte*>(out.data() + static_cast<std::size_t>(y + row) *
                                                                       static_cast<std::size_t>(width) * 3),
                         made.white);
            }
        }
    });
    return out;
}

}  // namespace nightstack::tools
