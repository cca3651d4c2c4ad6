// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/focal_scan.h"

#include <gtest/gtest.h>

#include <cmath>

#include "known_links.h"

namespace nightstack {
namespace {

std::vector<TileLens> unknown_lenses(const std::vector<BundleCamera>& cameras) {
    std::vector<TileLens> out;
    for (const BundleCamera& c : cameras)
        out.push_back({c.camera.lens.width, c.camera.lens.height,
                       static_cast<double>(std::max(c.camera.lens.width, c.camera.lens.height)), 0, 0});
    return out;
}

TEST(FocalScan, FindsAWideLens) {
    for (const double f : {350.0, 600.0, 1200.0}) {
        const auto truth = camera_grid(4, 2, 0.7 * 640 / f * 57, {640, 480, f, 0, 0});
        for (const double hint : {0.0, 100.0}) {
            const FocalScan scan = scan_focal(unknown_lenses(truth), known_links(truth, {0.5, 0.05, 40, 2}), hint);
            EXPECT_NEAR(scan.f_px, f, 0.03 * f);
            EXPECT_TRUE(scan.determined);
            EXPECT_LT(scan.miss_px, 2);
        }
    }
}

TEST(FocalScan, TakesAHintThatFits) {
    const auto truth = camera_grid(4, 2, 43, {640, 480, 600, 0, 0});
    const auto links = known_links(truth, {0.5, 0, 40, 2});
    EXPECT_EQ(scan_focal(unknown_lenses(truth), links, 603).f_px, 603);
    EXPECT_NEAR(scan_focal(unknown_lenses(truth), links, 1800).f_px, 600, 20);
}

TEST(FocalScan, KnowsThatATelescopeDoesNotTell) {
    const auto truth = camera_grid(3, 2, 0.7, {640, 480, 40000, 0, 0});
    const auto links = known_links(truth, {0.4, 0, 40, 2});
    const FocalScan scan = scan_focal(unknown_lenses(truth), links, 0);
    EXPECT_FALSE(scan.determined);
    EXPECT_GE(scan.f_px, 6000);
    EXPECT_EQ(scan_focal(unknown_lenses(truth), links, 38000).f_px, 38000);
}

TEST(FocalScan, OfNothingIsNothing) {
    EXPECT_EQ(scan_focal({}, {}, 0).f_px, 0);
    const std::vector<TileLens> one = {{640, 480, 640, 0, 0}};
    EXPECT_EQ(scan_focal(one, {}, 900).f_px, 0);
}

TEST(FocalScan, StandsNonsense) {
    const auto truth = camera_grid(2, 1, 43, {640, 480, 600, 0, 0});
    auto links = known_links(truth, {});
    links[0].places.clear();
    EXPECT_EQ(scan_focal(unknown_lenses(truth), links, 0).f_px, 0);
    links[0].places.assign(10, {{5, 5}, {5, 5}, 1});
    EXPECT_TRUE(std::isfinite(scan_focal(unknown_lenses(truth), links, 0).f_px));
    links[0].places.assign(10, {{1e200, std::nan("")}, {-1e200, 5}, 1});
    EXPECT_TRUE(std::isfinite(scan_focal(unknown_lenses(truth), links, 0).f_px));
}

TEST(TurnFit, IsExactAndStandsOutliers) {
    const auto truth = camera_grid(2, 1, 30, {640, 480, 600, 0, 0});
    const Rotation wanted = truth[0].camera.world_from_camera.inverse() * truth[1].camera.world_from_camera;
    const TileLens& lens = truth[0].camera.lens;
    const TurnFit exact = turn_of(lens, lens, known_links(truth, {})[0]);
    EXPECT_LT((exact.a_from_b.inverse() * wanted).angle_rad(), 1e-9);
    EXPECT_LT(exact.miss_px, 1e-6);
    const TurnFit rough = turn_of(lens, lens, known_links(truth, {0.3, 0.2, 80, 3})[0]);
    EXPECT_LT((rough.a_from_b.inverse() * wanted).angle_rad() * 600, 3);
}

}  // namespace
}  // namespace nightstack
