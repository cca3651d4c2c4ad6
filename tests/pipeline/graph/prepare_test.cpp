// SPDX-License-Identifier: MIT
// A part of a frame, prepared alone, equals the same part of the whole frame bit for bit.
#include "pipeline/graph/prepare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

constexpr int kWidth = 74;
constexpr int kHeight = 58;

// Noise with everything in it that a repair looks at: hot, cold and missing pixels, alone and side by side.
Image<float> hostile_picture(std::uint32_t seed, int width = kWidth, int height = kHeight) {
    std::mt19937 rng(seed);
    std::normal_distribution<float> noise(500, 20);
    Image<float> picture(width, height);
    for (int y = 0; y < height; ++y) {
        for (float& v : picture.view().row(y)) {
            v = noise(rng);
            const auto dice = rng() % 100;
            if (dice < 4) v += 4000;
            if (dice == 5) v = 0;
            if (dice == 6 || dice == 7) v = std::numeric_limits<float>::quiet_NaN();
        }
    }
    return picture;
}

struct Case {
    Calibration calibration;
    Image<float> dark;
    DefectMap defects;
};

Case make_case(bool dark, bool impulses) {
    Case c;
    std::mt19937 rng(77);
    if (dark) {
        c.dark = Image<float>(kWidth, kHeight);
        std::vector<DefectPixel> pixels;
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) {
                c.dark.view()(x, y) = static_cast<float>(rng() % 100);
                if (rng() % 20 == 0) pixels.push_back({x, y});
            }
        }
        c.defects = DefectMap(kWidth, kHeight, std::move(pixels));
    }
    c.calibration.filter_impulses = impulses;
    return c;
}

void expect_parts_equal_whole(Light light, const Case& c, DemosaicKind kind) {
    Calibration calibration = c.calibration;
    if (!c.dark.empty()) {
        calibration.masters.dark = c.dark.cview();
        calibration.defects = &c.defects;
    }
    light.calibration = &calibration;
    DemosaicOptions options;
    options.pedestal = 300;
    const PlaneGeometry g = plane_geometry(light.format, kind);
    PrepareScratch whole_scratch;
    const double noise = 20;
    const PreparedPlanes whole = prepare_planes(whole_scratch, light, {0, 0, g.width, g.height}, kind, options, noise);
    PrepareScratch scratch;
    std::mt19937 rng(5);
    const auto up_to = [&](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
    std::vector<Rect> regions{{0, 0, 1, 1}, {g.width - 1, g.height - 1, 1, 1}, {0, g.height - 1, g.width, 1}};
    for (int i = 0; i < 30; ++i) {
        const int x = up_to(g.width);
        const int y = up_to(g.height);
        regions.push_back({x, y, 1 + up_to(std::min(24, g.width - x)), 1 + up_to(std::min(24, g.height - y))});
    }
    for (const Rect& r : regions) {
        const PreparedPlanes part = prepare_planes(scratch, light, r, kind, options, noise);
        ASSERT_EQ(part.count, whole.count);
        for (std::size_t p = 0; p < static_cast<std::size_t>(part.count); ++p) {
            ASSERT_TRUE(same_bits(part.planes[p], whole.planes[p].cropped(r)))
                << name(kind) << ", plane " << p << ", region " << r.x << "," << r.y << " " << r.width << "x"
                << r.height << ", dark " << !c.dark.empty() << ", impulses " << calibration.filter_impulses;
        }
    }
}

class PrepareCfa : public testing::TestWithParam<CfaPattern> {};

TEST_P(PrepareCfa, PartsEqualTheWhole) {
    const Image<float> picture = hostile_picture(1);
    const Light light = light_of(picture.cview(), {kWidth, kHeight, PixelKind::cfa, GetParam()}, "a");
    for (const bool dark : {false, true}) {
        for (const bool impulses : {false, true}) {
            const Case c = make_case(dark, impulses);
            for (const DemosaicKind kind :
                 {DemosaicKind::superpixel, DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd}) {
                expect_parts_equal_whole(light, c, kind);
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Patterns, PrepareCfa,
                         testing::Values(CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg, CfaPattern::bggr),
                         [](const auto& i) { return std::string(name(i.param)); });

TEST(Prepare, PartsEqualTheWholeForMonoAndColour) {
    const Image<float> picture = hostile_picture(2);
    const Image<float> green = hostile_picture(3);
    const Image<float> blue = hostile_picture(4);
    const Light mono = light_of(picture.cview(), {kWidth, kHeight, PixelKind::mono, {}}, "mono");
    Light rgb = light_of(picture.cview(), {kWidth, kHeight, PixelKind::rgb, {}}, "rgb");
    const Light g = light_of(green.cview(), mono.format, "g");
    const Light b = light_of(blue.cview(), mono.format, "b");
    rgb.read = [&](ImageView<float> out, Rect region, int plane) {
        (plane == 0 ? mono : plane == 1 ? g : b).read(out, region, 0);
    };
    for (const bool dark : {false, true}) {
        for (const bool impulses : {false, true}) {
            const Case c = make_case(dark, impulses);
            expect_parts_equal_whole(mono, c, DemosaicKind::rcd);
            expect_parts_equal_whole(rgb, c, DemosaicKind::rcd);
        }
    }
}

TEST(Prepare, OddFramesLoseTheirLastRowAndColumnToSuperpixelOnly) {
    const Image<float> picture = hostile_picture(6, 75, 59);
    const Light light = light_of(picture.cview(), {75, 59, PixelKind::cfa, CfaPattern::grbg}, "odd");
    EXPECT_EQ(plane_geometry(light.format, DemosaicKind::superpixel).width, 37);
    EXPECT_EQ(plane_geometry(light.format, DemosaicKind::superpixel).height, 29);
    EXPECT_EQ(plane_geometry(light.format, DemosaicKind::rcd).width, 75);
    Case c = make_case(false, true);
    for (const DemosaicKind kind :
         {DemosaicKind::superpixel, DemosaicKind::bilinear, DemosaicKind::linear, DemosaicKind::rcd}) {
        expect_parts_equal_whole(light, c, kind);
    }
}

TEST(Prepare, SuperpixelPlanesSitBetweenTheirFourPixels) {
    const PlaneGeometry g = plane_geometry({8, 6, PixelKind::cfa, CfaPattern::rggb}, DemosaicKind::superpixel);
    EXPECT_EQ(g.planes_from_frame()({0.5, 0.5}), (Point{0, 0}));
    EXPECT_EQ(g.planes_from_frame()({6.5, 4.5}), (Point{3, 2}));
}

}  // namespace
}  // namespace nightstack
