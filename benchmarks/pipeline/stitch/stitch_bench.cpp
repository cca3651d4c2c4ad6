// SPDX-License-Identifier: MIT
// A row of eight wide tiles that closes on itself and a grid of twenty, at each CPU level: the remap kernel, whole
// blocks with and without blending, finding the seams, fitting the light; beside a copy of the canvas, OpenCV's remap
// and its blender in the same run. ns_per_px counts pixels of the canvas. The answers are checked before anything is
// timed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <numbers>
#include <string>
#include <vector>

#include "benchmarks/pipeline/stitch/opencv_stitch.h"
#include "benchmarks/support/bench_cases.h"
#include "pipeline/simd/cpu_level.h"
#include "pipeline/stages/stitch/compose/canvas_to_tile.h"
#include "pipeline/stages/stitch/compose/composition.h"
#include "pipeline/stages/stitch/compose/remap.h"
#include "pipeline/stages/stitch/light/fit_light.h"
#include "tests/pipeline/stages/stitch/compose/pano_scene.h"

namespace nightstack {
namespace {

constexpr int kTileWidth = 1920, kTileHeight = 1080, kCoarse = 4;

// Drawn at a quarter of the size and stretched: enough for the time it takes.
DrawnTile large_tile(const PanoScene& scene, const TileCamera& camera, unsigned seed) {
    TileCamera coarse = camera;
    coarse.lens.width /= kCoarse;
    coarse.lens.height /= kCoarse;
    coarse.lens.f_px /= kCoarse;
    const DrawnTile small = drawn_tile(scene, coarse, {}, {}, 0.002, seed, 2);
    DrawnTile tile;
    tile.camera = camera;
    tile.scale = 8;
    for (std::size_t c = 0; c < 3; ++c) {
        tile.planes[c] = Image<float>(camera.lens.width, camera.lens.height);
        const auto from = small.planes[c].view();
        for (int y = 0; y < camera.lens.height; ++y) {
            const float v = std::clamp((static_cast<float>(y) + 0.5F) / kCoarse - 0.5F, 0.0F,
                                       static_cast<float>(from.height() - 1));
            const int iy = std::min(static_cast<int>(v), from.height() - 2);
            for (int x = 0; x < camera.lens.width; ++x) {
                const float u = std::clamp((static_cast<float>(x) + 0.5F) / kCoarse - 0.5F, 0.0F,
                                           static_cast<float>(from.width() - 1));
                const int ix = std::min(static_cast<int>(u), from.width() - 2);
                const float f = u - static_cast<float>(ix), g = v - static_cast<float>(iy);
                tile.planes[c].view()(x, y) = (from(ix, iy) * (1 - f) + from(ix + 1, iy) * f) * (1 - g) +
                                              (from(ix, iy + 1) * (1 - f) + from(ix + 1, iy + 1) * f) * g;
            }
        }
    }
    reduce(tile);
    return tile;
}

struct Set {
    std::string name;
    PanoScene scene;
    std::vector<DrawnTile> tiles;
    Projection projection;
    int width = 0, height = 0;

    Composition composed(int bands) const {
        return Composition(placed(tiles), {-0.1, 0, 0}, projection, width, height, reader(tiles), reducer(tiles),
                           {bands});
    }
};

// Eight tiles around, three in ten of each also in the next.
const Set& wide_row() {
    static const Set set = [] {
        Set s{"row8", waves(1, 1.0, 0.01), {}, {}, 9408, 960};
        const double scale = s.width / (2 * std::numbers::pi);
        s.projection = {ProjectionKind::spherical, scale, {}, {s.width / 2.0, s.height / 2.0}};
        for (int i = 0; i < 8; ++i)
            s.tiles.push_back(
                large_tile(s.scene, looking(45 * i, 0, 0, kTileWidth, kTileHeight, scale), static_cast<unsigned>(i)));
        return s;
    }();
    return set;
}

// Five by four through a long lens.
const Set& grid() {
    static const Set set = [] {
        Set s{"grid20", waves(2, 0.5, 0.004), {}, {}, 7200, 3456};
        constexpr double kFocal = 6000;
        s.projection = {ProjectionKind::spherical, kFocal, {}, {s.width / 2.0, s.height / 2.0}};
        for (int row = 0; row < 4; ++row) {
            for (int column = 0; column < 5; ++column) {
                const double x = (column - 2) * 0.7 * kTileWidth / kFocal, y = (1.5 - row) * 0.7 * kTileHeight / kFocal;
                s.tiles.push_back(large_tile(
                    s.scene,
                    looking(x * 180 / std::numbers::pi, y * 180 / std::numbers::pi, 0, kTileWidth, kTileHeight, kFocal),
                    static_cast<unsigned>(row * 5 + column)));
            }
        }
        return s;
    }();
    return set;
}

[[noreturn]] void wrong(const std::string& text) {
    std::cerr << "stitch_bench: " << text << "\n";
    std::exit(1);
}

void per_pixel(benchmark::State& state, double pixels) {
    state.counters["ns_per_px"] =
        benchmark::Counter(pixels * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void check(const Set& set) {
    const Composition composition = set.composed(5);
    const Rect block{set.width / 2 - 700, set.height / 2 - 200, 1400, 400};
    std::array<Image<float>, 3> planes;
    for (auto& p : planes) p = Image<float>(block.width, block.height);
    Image<float> alpha(block.width, block.height);
    const std::array<ImageView<float>, 3> out{planes[0].view(), planes[1].view(), planes[2].view()};
    composition.render(block, out, alpha.view());
    for (int y = 0; y < block.height; y += 7) {
        for (int x = 0; x < block.width; x += 7) {
            const auto world = set.projection.world({block.x + x + 0.0, block.y + y + 0.0});
            const double truth = set.scene(*world)[1];
            // Vignetting of a tenth that the tiles do not have brightens by a ninth at most.
            const double ratio = planes[1].view()(x, y) / truth;
            if (!(ratio > 0.93 && ratio < 1.2)) wrong(set.name + " shows " + std::to_string(ratio) + " of the scene");
        }
    }
}

void copy(benchmark::State& state, const Set* set) {
    std::array<Image<float>, 3> from, to;
    for (auto& p : from) p = Image<float>(set->width, set->height);
    for (auto& p : to) p = Image<float>(set->width, set->height);
    for (auto _ : state) {
        for (std::size_t c = 0; c < 3; ++c) {
            for (int y = 0; y < set->height; ++y)
                std::memcpy(to[c].view().row_data(y), from[c].view().row_data(y),
                            static_cast<std::size_t>(set->width) * sizeof(float));
        }
        benchmark::ClobberMemory();
    }
    per_pixel(state, static_cast<double>(set->width) * set->height);
}

void render(benchmark::State& state, CpuLevel level, const Set* set, int bands) {
    if (!at_level(state, level)) return;
    const Composition composition = set->composed(bands);
    std::array<Image<float>, 3> planes;
    for (auto& p : planes) p = Image<float>(set->width, set->height);
    Image<float> alpha(set->width, set->height);
    constexpr int kBlockWidth = 1024, kBlockHeight = 256;
    const auto all = [&] {
        for (int y = 0; y < set->height; y += kBlockHeight) {
            for (int x = 0; x < set->width; x += kBlockWidth) {
                const Rect block = intersected({x, y, kBlockWidth, kBlockHeight}, {0, 0, set->width, set->height});
                const std::array<ImageView<float>, 3> out{
                    planes[0].view().cropped(block), planes[1].view().cropped(block), planes[2].view().cropped(block)};
                composition.render(block, out, alpha.view().cropped(block));
            }
        }
        benchmark::ClobberMemory();
    };
    all();  // the memory is taken once
    for (auto _ : state) all();
    per_pixel(state, static_cast<double>(set->width) * set->height);
}

void seams(benchmark::State& state, const Set* set) {
    const auto tiles = placed(set->tiles);
    for (auto _ : state) {
        benchmark::DoNotOptimize(find_seams(tiles, {}, set->projection, set->width, set->height, reducer(set->tiles),
                                            SeamKind::graph_cut, seam_scale(set->width, set->height)));
    }
}

std::vector<LightSample> samples_of(const Set& set) {
    std::vector<LightSample> samples;
    for (std::size_t a = 0; a < set.tiles.size(); ++a) {
        for (std::size_t b = a + 1; b < set.tiles.size(); ++b) {
            const auto more = light_samples(static_cast<int>(a), set.tiles[a].camera, set.tiles[a].small(),
                                            static_cast<int>(b), set.tiles[b].camera, set.tiles[b].small());
            samples.insert(samples.end(), more.begin(), more.end());
        }
    }
    return samples;
}

void samples(benchmark::State& state, const Set* set) {
    for (auto _ : state) benchmark::DoNotOptimize(samples_of(*set));
}

void light(benchmark::State& state, const Set* set) {
    const auto all = samples_of(*set);
    for (auto _ : state) benchmark::DoNotOptimize(fit_light(all, static_cast<int>(set->tiles.size())));
}

// One tile onto a canvas turned a little, a million pixels.
struct Places {
    static constexpr int kWidth = 1280, kHeight = 800;
    Image<float> x{kWidth, kHeight}, y{kWidth, kHeight};
    Places() {
        for (int v = 0; v < kHeight; ++v) {
            for (int u = 0; u < kWidth; ++u) {
                x.view()(u, v) = 100.3F + 1.02F * static_cast<float>(u) + 0.1F * static_cast<float>(v);
                y.view()(u, v) = 180.7F + 0.99F * static_cast<float>(v) - 0.1F * static_cast<float>(u);
            }
        }
    }
};

void remap(benchmark::State& state, CpuLevel level) {
    if (!at_level(state, level)) return;
    const Places places;
    const Set& set = wide_row();
    TileRegion region;
    region.load(reader(set.tiles), 0, kTileWidth, kTileHeight, {0, 0, kTileWidth, kTileHeight}, 0, 3);
    std::vector<float> out(4 * Places::kWidth);
    RemapLight falling;
    falling.v[0] = -0.1F;
    falling.per_half_diagonal2 = 1e-6F;
    for (auto _ : state) {
        for (int v = 0; v < Places::kHeight; ++v) {
            remap_run(region.source(), falling, places.x.view().row_data(v), places.y.view().row_data(v),
                      Places::kWidth, out.data());
            benchmark::ClobberMemory();
        }
    }
    per_pixel(state, static_cast<double>(Places::kWidth) * Places::kHeight);
}

void opencv_remaps(benchmark::State& state) {
    const Places places;
    Image<float> source(3 * kTileWidth, kTileHeight), out(3 * Places::kWidth, Places::kHeight);
    for (auto _ : state) {
        opencv_remap(source.cview(), places.x.cview(), places.y.cview(), out.view());
        benchmark::ClobberMemory();
    }
    per_pixel(state, static_cast<double>(Places::kWidth) * Places::kHeight);
}

void opencv_blends(benchmark::State& state, const Set* set) {
    const Composition composition = set->composed(1);
    const SeamMap& seam = composition.seams();
    std::vector<PeerTile> peers;
    for (std::size_t t = 0; t < set->tiles.size(); ++t) {
        const CanvasToTile map(set->tiles[t].camera, set->projection);
        const auto at = set->projection.canvas(set->tiles[t].camera.direction(set->tiles[t].camera.lens.middle()));
        PeerTile peer;
        peer.part = intersected({static_cast<int>(at->x) - 980, static_cast<int>(at->y) - 560, 1960, 1120},
                                {0, 0, set->width, set->height});
        peer.rgb = Image<std::uint8_t>(3 * kTileWidth, kTileHeight);
        for (int y = 0; y < kTileHeight; ++y) {
            for (int x = 0; x < 3 * kTileWidth; ++x) {
                const float v = set->tiles[t].planes[static_cast<std::size_t>(x % 3)].view()(x / 3, y);
                peer.rgb.view()(x, y) = static_cast<std::uint8_t>(255 * v);
            }
        }
        peer.x = Image<float>(peer.part.width, peer.part.height);
        peer.y = Image<float>(peer.part.width, peer.part.height);
        peer.mask = Image<std::uint8_t>(peer.part.width, peer.part.height);
        for (int y = 0; y < peer.part.height; ++y) {
            for (int x = 0; x < peer.part.width; ++x) {
                const int cx = peer.part.x + x, cy = peer.part.y + y;
                const auto place = map(cx, cy);
                peer.x.view()(x, y) = static_cast<float>(place.x);
                peer.y.view()(x, y) = static_cast<float>(place.y);
                const bool shown = seam.label(cx / seam.scale, cy / seam.scale) == static_cast<std::int32_t>(t);
                peer.mask.view()(x, y) = shown ? 255 : 0;
            }
        }
        peers.push_back(std::move(peer));
    }
    for (auto _ : state) benchmark::DoNotOptimize(opencv_blend(peers, {0, 0, set->width, set->height}, 4));
    per_pixel(state, static_cast<double>(set->width) * set->height);
}

}  // namespace
}  // namespace nightstack

int main(int argc, char** argv) {
    using namespace nightstack;
    benchmark::Initialize(&argc, argv);
    const CpuLevel best = cpu_level();
    const std::array<const Set*, 2> sets{&wide_row(), &grid()};
    for (const Set* set : sets) check(*set);
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
        const std::string at = "/" + std::string(name(level)) + "/";
        add_case("stitch/remap" + at + "1280x800", remap, level);
        for (const Set* set : sets) {
            add_case("stitch/seam_only" + at + set->name, render, level, set, 1);
            add_case("stitch/blend5" + at + set->name, render, level, set, 5);
        }
    }
    for (const Set* set : sets) {
        add_case("stitch/copy/" + set->name, copy, set);
        add_case("stitch/seams/" + set->name, seams, set);
        add_case("stitch/samples/" + set->name, samples, set);
        add_case("stitch/light/" + set->name, light, set);
        if (have_opencv_stitch()) add_case("stitch/blend5/opencv/" + set->name, opencv_blends, set);
    }
    if (have_opencv_stitch()) add_case("stitch/remap/opencv/1280x800", opencv_remaps);
    benchmark::RunSpecifiedBenchmarks();
    limit_cpu_level(best);
    return 0;
}
