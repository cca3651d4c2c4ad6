// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/bundle.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "known_links.h"
#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

BundleOptions all_of_the_lens() {
    BundleOptions out;
    out.k1 = out.k2 = true;
    return out;
}

TEST(Bundle, RecoversRotationsAndTheLens) {
    const TileLens lens{640, 480, 700, -0.12, 0.05};
    const auto truth = camera_grid(4, 3, 25, lens);
    const auto links = known_links(truth, {});
    auto cameras = shaken(truth, 0.05, 1.1, 3);
    const BundleReport report = adjust(cameras, links, all_of_the_lens());
    EXPECT_LT(report.scale_px, 1e-3);
    EXPECT_LT(worst_turn_rad(cameras, truth), 1e-5);
    EXPECT_NEAR(cameras[0].camera.lens.f_px, 700, 0.1);
    EXPECT_NEAR(cameras[0].camera.lens.k1, -0.12, 1e-3);
    EXPECT_NEAR(cameras[0].camera.lens.k2, 0.05, 3e-3);
    for (const BundleCamera& c : cameras) EXPECT_EQ(c.camera.lens, cameras[0].camera.lens);
}

TEST(Bundle, StandsNoiseAndOutliers) {
    const auto truth = camera_grid(4, 3, 25, {640, 480, 700, 0, 0});
    for (const double outliers : {0.0, 0.3}) {
        const auto links = known_links(truth, {0.3, outliers, 60, 2});
        auto cameras = shaken(truth, 0.03, 1.05, 4);
        const BundleReport report = adjust(cameras, links, {});
        // Half a pixel from one end of a row to the other.
        EXPECT_LT(worst_turn_rad(cameras, truth), 1e-3) << outliers;
        EXPECT_NEAR(cameras[0].camera.lens.f_px, 700, 1) << outliers;
        EXPECT_EQ(report.links.size(), links.size());
        if (outliers == 0) {
            EXPECT_NEAR(report.scale_px, 0.3, 0.05);
        }
        for (const LinkFit& fit : report.links) EXPECT_NEAR(fit.rms_px, 0.3 * std::sqrt(2.0), 0.25);
    }
}

TEST(Bundle, ClosesTheCircle) {
    const auto truth = camera_grid(14, 1, 360.0 / 14, {640, 480, 700, 0, 0});
    const auto links = known_links(truth, {0.2, 0, 40, 5});
    EXPECT_EQ(links.size(), 14u);
    auto cameras = truth;
    // A start that has added up a wrong focal length: the ends lie 18 degrees apart.
    for (std::size_t i = 0; i < cameras.size(); ++i)
        cameras[i].camera.world_from_camera =
            Rotation::looking(0.95 * 2 * 3.14159265 * static_cast<double>(i) / 14, 0, 0);
    for (BundleCamera& c : cameras) c.camera.lens.f_px = 735;
    adjust(cameras, links, {});
    EXPECT_LT(worst_turn_rad(cameras, truth), 5e-4);
    EXPECT_NEAR(cameras[0].camera.lens.f_px, 700, 0.3);
}

TEST(Bundle, FindsTwoLenses) {
    auto truth = camera_grid(3, 2, 25, {640, 480, 700, 0, 0});
    for (std::size_t i = 3; i < 6; ++i) {
        truth[i].camera.lens = {480, 640, 520, 0, 0};
        truth[i].lens = 1;
    }
    const auto links = known_links(truth, {0.05, 0, 60, 6});
    auto cameras = shaken(truth, 0.03, 1.06, 7);
    adjust(cameras, links, {});
    EXPECT_NEAR(cameras[0].camera.lens.f_px, 700, 0.5);
    EXPECT_NEAR(cameras[5].camera.lens.f_px, 520, 0.5);
    EXPECT_LT(worst_turn_rad(cameras, truth), 1e-3);
}

TEST(Bundle, LeavesWhatHasNoLinks) {
    auto truth = camera_grid(2, 1, 25, {640, 480, 700, 0, 0});
    truth.push_back({grey_camera(200, 10, 5, 640, 480, 333), 1});
    const auto links = known_links(truth, {});
    auto cameras = shaken(truth, 0.03, 1, 7);
    const TileCamera before = cameras[2].camera;
    const BundleReport report = adjust(cameras, links, {});
    EXPECT_EQ(cameras[2].camera.world_from_camera, before.world_from_camera);
    EXPECT_EQ(cameras[2].camera.lens, before.lens);
    EXPECT_EQ(report.tile_rms_px[2], 0);
    EXPECT_EQ(adjust(cameras, {}, {}).links.size(), 0u);
    EXPECT_EQ(adjust({}, {}, {}).places, 0);
    // Links that are empty are as none.
    const std::vector<TileLink> empty = {{0, 2, LinkSource::feature, {}}};
    const auto kept = cameras;
    adjust(cameras, empty, {});
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(cameras[i].camera.world_from_camera, kept[i].camera.world_from_camera);
}

// Two pictures through a telescope say nothing of the focal length: the prior does.
TEST(Bundle, GivesWayToThePriorWhereThereIsNothing) {
    const auto truth = camera_grid(2, 1, 0.7, {640, 480, 40000, 0, 0});
    const auto links = known_links(truth, {0.2, 0, 30, 8});
    auto cameras = shaken(truth, 1e-4, 0.8, 9);
    BundleOptions options;
    options.priors = {{32000, 0.02, 0.05}};
    adjust(cameras, links, options);
    EXPECT_NEAR(cameras[0].camera.lens.f_px, 32000, 1300);
}

TEST(Bundle, DoesNotBreakOnNonsense) {
    const auto truth = camera_grid(3, 1, 25, {640, 480, 700, 0, 0});
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (const double bad : {nan, 1e300, -1e300, std::numeric_limits<double>::infinity()}) {
        auto links = known_links(truth, {});
        links[0].places[3].b.x = bad;
        links[1].places[5].a.y = bad;
        auto cameras = shaken(truth, 0.03, 1.05, 7);
        adjust(cameras, links, all_of_the_lens());
        for (const BundleCamera& c : cameras) {
            EXPECT_TRUE(std::isfinite(c.camera.lens.f_px)) << bad;
            EXPECT_TRUE(is_rotation(c.camera.world_from_camera.row_major())) << bad;
        }
    }
    // All places in one: one direction is no turn.
    TileLink one{0, 1, LinkSource::feature, std::vector<Correspondence>(20, {{10, 10}, {600, 10}, 1})};
    auto cameras = truth;
    adjust(cameras, std::vector<TileLink>{one}, all_of_the_lens());
    for (const BundleCamera& c : cameras) EXPECT_TRUE(is_rotation(c.camera.world_from_camera.row_major()));
}

TEST(BundleJudge, SaysWhatFits) {
    const auto truth = camera_grid(2, 1, 25, {640, 480, 700, 0, 0});
    auto links = known_links(truth, {0.2, 0, 50, 3});
    for (std::size_t i = 0; i < 10; ++i) links[0].places[i].b.x += 40;
    const BundleReport report = judge(truth, links, 0.05);
    EXPECT_EQ(report.places, 50);
    EXPECT_NEAR(report.links[0].inliers, 40, 2);
    EXPECT_NEAR(report.links[0].rms_px, 0.28, 0.08);
    EXPECT_NEAR(report.tile_rms_px[0], report.links[0].rms_px, 1e-12);
}

}  // namespace
}  // namespace nightstack
