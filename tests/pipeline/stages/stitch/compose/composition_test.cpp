// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/composition.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/core/runner.h"
#include "tests/pipeline/stages/stitch/compose/pano_scene.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

bool same_bits(ImageView<const float> a, ImageView<const float> b) {
    for (int y = 0; y < a.height(); ++y) {
        if (std::memcmp(a.row_data(y), b.row_data(y), static_cast<std::size_t>(a.width()) * sizeof(float)) != 0)
            return false;
    }
    return true;
}

TEST(Composition, ShowsTheScene) {
    const PanoScene scene = waves(1, 1.0, 0.08);
    const auto tiles = six_tiles(scene);
    for (const ProjectionKind kind :
         {ProjectionKind::rectilinear, ProjectionKind::cylindrical, ProjectionKind::spherical, ProjectionKind::mercator,
          ProjectionKind::stereographic}) {
        const Projection projection{
            kind, kSixFocal, Rotation::looking(0.02, 0.01, 0.05), {kSixWidth / 2.0, kSixHeight / 2.0}};
        for (const int bands : {1, 4}) {
            const Composition composition(placed(tiles), {}, projection, kSixWidth, kSixHeight, reader(tiles),
                                          reducer(tiles), {bands, SeamKind::graph_cut, 0, 3});
            const Rendered out = rendered(composition, kSixWidth, kSixHeight);
            double sum = 0, worst = 0;
            int seen = 0, wrong = 0;
            for (int y = 0; y < kSixHeight; ++y) {
                for (int x = 0; x < kSixWidth; ++x) {
                    const auto world = projection.world({static_cast<double>(x), static_cast<double>(y)});
                    const bool covered = world && std::any_of(tiles.begin(), tiles.end(), [&](const DrawnTile& t) {
                                             const auto p = t.camera.pixel(*world);
                                             return p && t.camera.lens.holds(*p);
                                         });
                    const bool shown = out.alpha.view()(x, y) == 1;
                    wrong += covered != shown ? 1 : 0;
                    EXPECT_EQ(std::isnan(out.planes[1].view()(x, y)), !shown);
                    if (!shown) continue;
                    const Light truth = scene(*world);
                    for (std::size_t c = 0; c < 3; ++c) {
                        const double d = std::abs(out.planes[c].view()(x, y) - truth[c]);
                        sum += d;
                        worst = std::max(worst, d);
                    }
                    ++seen;
                }
            }
            EXPECT_LE(wrong, 12) << name(kind);  // slivers smaller than half a cell at corners of tiles
            EXPECT_GT(seen, kSixWidth * kSixHeight * 6 / 10);
            EXPECT_LT(sum / (3 * seen), 1e-3) << name(kind) << " " << bands;
            EXPECT_LT(worst, 0.02) << name(kind) << " " << bands;
        }
    }
}

TEST(Composition, DoesNotDependOnBlocksThreadsOrLevel) {
    const auto tiles = six_tiles(waves(3, 1.0, 0.05), true);
    for (const int bands : {1, 4, 6}) {
        const Composition composition(placed(tiles), {-0.1, 0, 0}, sphere(kSixFocal, kSixWidth, kSixHeight), kSixWidth,
                                      kSixHeight, reader(tiles), reducer(tiles), {bands, SeamKind::graph_cut, 0, 3});
        const Rendered whole = rendered(composition, kSixWidth, kSixHeight);
        for (const auto& [w, h] : {std::pair{97, 64}, std::pair{400, 51}, std::pair{133, 230}}) {
            const Rendered parts = rendered(composition, w, h);
            for (std::size_t c = 0; c < 3; ++c)
                EXPECT_TRUE(same_bits(whole.planes[c].cview(), parts.planes[c].cview()))
                    << bands << " " << w << " " << h;
            EXPECT_TRUE(same_bits(whole.alpha.cview(), parts.alpha.cview()));
        }
        at_every_level([&] {
            const Rendered level = rendered(composition, 200, 115);
            for (std::size_t c = 0; c < 3; ++c)
                EXPECT_TRUE(same_bits(whole.planes[c].cview(), level.planes[c].cview()));
        });
        ThreadRunner runner(3);
        Rendered threads = rendered(composition, kSixWidth, kSixHeight);
        for (auto& plane : threads.planes) plane = Image<float>(kSixWidth, kSixHeight);
        runner.run(8, 1, [&](int begin, int end) {
            for (int i = begin; i < end; ++i) {
                const Rect block{i * 50, 0, 50, kSixHeight};
                const std::array<ImageView<float>, 3> planes{threads.planes[0].view().cropped(block),
                                                             threads.planes[1].view().cropped(block),
                                                             threads.planes[2].view().cropped(block)};
                composition.render(block, planes, threads.alpha.view().cropped(block));
            }
        });
        for (std::size_t c = 0; c < 3; ++c) EXPECT_TRUE(same_bits(whole.planes[c].cview(), threads.planes[c].cview()));
    }
}

TEST(Composition, ClosesOnItself) {
    const PanoScene scene = waves(4, 1.0, 0.1);
    std::vector<DrawnTile> tiles;
    for (int i = 0; i < 9; ++i) {
        TileLight light;
        light.gain = {1 + 0.02F * static_cast<float>(i % 3), 1, 1};
        tiles.push_back(drawn_tile(scene, looking(40 * i - 160, 0, 0, kSixTileWidth, kSixTileHeight, 170), light));
    }
    constexpr int kRound = 1024, kTall = 96;
    const Projection projection = sphere(kRound / (2 * std::numbers::pi), kRound, kTall);
    const Composition composition(placed(tiles), {}, projection, kRound, kTall, reader(tiles), reducer(tiles));
    EXPECT_TRUE(composition.seams().wraps);
    const Rendered out = rendered(composition, 256, 96);
    // The same world turned by half, so that what was at the ends is in the middle, has no line there.
    const Projection turned{projection.kind, projection.px_per_rad, Rotation::looking(std::numbers::pi, 0, 0),
                            projection.origin};
    const Composition other(placed(tiles), {}, turned, kRound, kTall, reader(tiles), reducer(tiles));
    const Rendered back = rendered(other, 256, 96);
    double worst = 0, step = 0;
    for (int y = 0; y < kTall; ++y) {
        ASSERT_EQ(out.alpha.view()(0, y), 1);
        for (int x = 0; x < kRound; ++x) {
            const double a = out.planes[0].view()(x, y), b = back.planes[0].view()((x + kRound / 2) % kRound, y);
            worst = std::max(worst, std::abs(a - b));
            step = std::max(step, std::abs(a - static_cast<double>(out.planes[0].view()((x + 1) % kRound, y))));
        }
        const double ends =
            std::abs(static_cast<double>(out.planes[0].view()(0, y)) - out.planes[0].view()(kRound - 1, y));
        EXPECT_LT(ends, 0.03);
    }
    EXPECT_LT(step, 0.03);
    EXPECT_LT(worst, 0.03);
}

// Both poles and all longitudes, in every projection that can hold them.
TEST(Composition, ShowsPoles) {
    const PanoScene scene = waves(5, 1.2, 0.2);
    std::vector<DrawnTile> tiles;
    for (const double pitch : {-90.0, -40.0, 0.0, 40.0, 90.0}) {
        for (int i = 0; i < (std::abs(pitch) == 90 ? 1 : 6); ++i)
            tiles.push_back(drawn_tile(scene, looking(60 * i, pitch, 0, 160, 120, 80)));
    }
    constexpr int kRound = 512, kTall = 256;
    const Projection projection{
        ProjectionKind::spherical, kRound / (2 * std::numbers::pi), {}, {(kRound - 1) / 2.0, (kTall - 1) / 2.0}};
    const Composition composition(placed(tiles), {}, projection, kRound, kTall, reader(tiles), reducer(tiles));
    const Rendered out = rendered(composition, 100, 100);
    double worst = 0;
    for (int y = 0; y < kTall; ++y) {
        for (int x = 0; x < kRound; ++x) {
            ASSERT_EQ(out.alpha.view()(x, y), 1) << x << " " << y;
            const Light truth = scene(*projection.world({static_cast<double>(x), static_cast<double>(y)}));
            worst = std::max(worst, std::abs(out.planes[2].view()(x, y) - truth[2]));
        }
    }
    EXPECT_LT(worst, 0.02);
}

TEST(Composition, SmallPicturesOfLargeTilesDoNotAlias) {
    // Stripes of 3 tile pixels: a canvas at an eighth must show their mean.
    const PanoScene stripes = [](const Direction& d) {
        const double s = 0.4 + 0.3 * std::sin(2 * std::numbers::pi * kSixFocal / 3 * d.x / d.z);
        return Light{s, s, s};
    };
    std::vector<DrawnTile> tiles;
    for (const double yaw : {-15.0, 15.0}) tiles.push_back(drawn_tile(stripes, looking(yaw, 0, 0, 320, 240, 400)));
    const Projection projection = sphere(50, 64, 30);
    const Composition composition(placed(tiles), {}, projection, 64, 30, reader(tiles), reducer(tiles), {3});
    const Rendered out = rendered(composition, 64, 30);
    int seen = 0;
    for (int y = 8; y < 22; ++y) {
        for (int x = 20; x < 44; ++x, ++seen) ASSERT_NEAR(out.planes[0].view()(x, y), 0.4, 0.06);
    }
    EXPECT_GT(seen, 100);
}

TEST(Composition, BlendsWhatGainsDoNotExplain) {
    // Even light that differs by a tenth: no step remains, and far from the seam nothing changes.
    const PanoScene even = [](const Direction&) { return Light{0.4, 0.4, 0.4}; };
    std::vector<DrawnTile> tiles;
    tiles.push_back(drawn_tile(even, looking(-15, 0, 0, kSixTileWidth, kSixTileHeight, kSixFocal), {{1, 1, 1}}));
    tiles.push_back(
        drawn_tile(even, looking(15, 0, 0, kSixTileWidth, kSixTileHeight, kSixFocal), {{1.1F, 1.1F, 1.1F}}));
    const Projection projection = sphere(kSixFocal, 260, 100);
    for (const int bands : {1, 5}) {
        const Composition composition(placed(tiles), {}, projection, 260, 100, reader(tiles), reducer(tiles), {bands});
        const Rendered out = rendered(composition, 260, 100);
        double step = 0;
        for (int x = 30; x < 230; ++x)
            step = std::max(
                step, std::abs(static_cast<double>(out.planes[0].view()(x + 1, 50)) - out.planes[0].view()(x, 50)));
        if (bands == 1) {
            EXPECT_GT(step, 0.03);
        } else {
            EXPECT_LT(step, 0.003);
        }
        EXPECT_NEAR(out.planes[0].view()(30, 50), 0.4, 1e-5);
        EXPECT_NEAR(out.planes[0].view()(230, 50), 0.4 / 1.1, 1e-5);
    }
}

TEST(Composition, TakesOnePlane) {
    const auto tiles = six_tiles(waves(6, 1.0, 0.1));
    const Composition composition(placed(tiles), {}, sphere(kSixFocal, kSixWidth, kSixHeight), kSixWidth, kSixHeight,
                                  reader(tiles), reducer(tiles), {4, SeamKind::graph_cut, 0, 1});
    const Composition colours(placed(tiles), {}, sphere(kSixFocal, kSixWidth, kSixHeight), kSixWidth, kSixHeight,
                              reader(tiles), reducer(tiles), {4, SeamKind::graph_cut, 0, 3});
    Image<float> grey(kSixWidth, kSixHeight), alpha(kSixWidth, kSixHeight);
    const std::array<ImageView<float>, 1> out{grey.view()};
    composition.render({0, 0, kSixWidth, kSixHeight}, out, alpha.view());
    EXPECT_TRUE(same_bits(grey.cview(), rendered(colours, kSixWidth, kSixHeight).planes[0].cview()));
}

TEST(Composition, FindsALargeRectangleWithoutGaps) {
    const auto tiles = six_tiles(waves(7, 1.0, 0.1));
    const Composition composition(placed(tiles), {}, sphere(kSixFocal, kSixWidth, kSixHeight), kSixWidth, kSixHeight,
                                  reader(tiles), reducer(tiles));
    const Rect rect = composition.max_rectangle();
    EXPECT_GT(rect.width * rect.height, kSixWidth * kSixHeight / 2);
    EXPECT_EQ(composition.covered_part(rect), 1);
    const Rendered out = rendered(composition, kSixWidth, kSixHeight);
    double sum = 0;
    for (int y = 0; y < kSixHeight; ++y) {
        for (int x = 0; x < kSixWidth; ++x) {
            sum += out.alpha.view()(x, y);
            if (x >= rect.x && x < rect.right() && y >= rect.y && y < rect.bottom()) {
                ASSERT_EQ(out.alpha.view()(x, y), 1);
            }
        }
    }
    EXPECT_NEAR(composition.covered_part({0, 0, kSixWidth, kSixHeight}), sum / (kSixWidth * kSixHeight), 1e-9);
}

TEST(Composition, RefusesWhatMakesNoSense) {
    const auto tiles = six_tiles(waves(8, 1.0, 0.3));
    const auto make = [&](int width, int height, const Projection& p, const ComposeOptions& o) {
        return Composition(placed(tiles), {}, p, width, height, reader(tiles), reducer(tiles), o);
    };
    EXPECT_THROW(make(0, 10, sphere(100, 10, 10), {}), OptionError);
    EXPECT_THROW(make(10, 10, sphere(0, 10, 10), {}), OptionError);
    EXPECT_THROW(make(10, 10, sphere(100, 10, 10), {0}), OptionError);
    EXPECT_THROW(make(10, 10, sphere(100, 10, 10), {9}), OptionError);
    EXPECT_THROW(make(10, 10, sphere(100, 10, 10), {5, SeamKind::graph_cut, 0, 2}), OptionError);
    const Composition good = make(64, 64, sphere(100, 64, 64), {});
    Image<float> plane(32, 32);
    const std::array<ImageView<float>, 3> out{plane.view(), plane.view(), plane.view()};
    EXPECT_THROW(good.render({40, 0, 32, 32}, out, plane.view()), OptionError);
    EXPECT_THROW(good.render({0, 0, 32, 31}, out, plane.view()), OptionError);
    const Composition nothing({}, {}, sphere(100, 64, 64), 64, 64, reader(tiles), reducer(tiles));
    Image<float> alpha(32, 32);
    nothing.render({0, 0, 32, 32}, out, alpha.view());
    EXPECT_EQ(alpha.view()(5, 5), 0);
    EXPECT_TRUE(std::isnan(plane.view()(5, 5)));
    EXPECT_TRUE(nothing.max_rectangle().empty());
}

}  // namespace
}  // namespace nightstack
