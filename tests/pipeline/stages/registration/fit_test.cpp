// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "fields.h"
#include "pipeline/core/error.h"

namespace nightstack {
namespace {

using namespace testing_fields;

std::vector<PointPair> pairs_under(std::mt19937& rng, const Transform& t, int count, double sigma_px) {
    std::vector<PointPair> pairs;
    for (int i = 0; i < count; ++i) {
        const Point f{uniform(rng, 0, width_px), uniform(rng, 0, height_px)};
        const Point r = t(f);
        pairs.push_back({{r.x + sigma_px * gauss(rng), r.y + sigma_px * gauss(rng)}, f, std::max(sigma_px, 0.01)});
    }
    return pairs;
}

Transform truth_of(TransformModel m) {
    switch (m) {
        case TransformModel::shift:
            return Transform::shift(120.25, -33.5);
        case TransformModel::similarity:
            return motion(2.5, 80, -20, 1.01);
        case TransformModel::affine:
            return motion(-1.2, 5, 6) * Transform({1.004, 0.002, 0, -0.001, 0.997, 0, 0, 0, 1});
        case TransformModel::homography:
            return motion(3.1, 5, 6) * Transform({1, 0, 0, 0, 1, 0, 3e-6, -2e-6, 1});
    }
    return {};
}

constexpr TransformModel models[] = {TransformModel::shift, TransformModel::similarity, TransformModel::affine,
                                     TransformModel::homography};

TEST(Fit, RecoversEachModelExactly) {
    std::mt19937 rng(41);
    for (const TransformModel m : models) {
        for (const int extra : {0, 1, 40}) {
            const auto pairs = pairs_under(rng, truth_of(m), least_pairs(m) + extra, 0);
            const auto fit = fit_transform(m, pairs);
            ASSERT_TRUE(fit) << name(m);
            EXPECT_LT(grid_error(fit->ref_from_frame, truth_of(m)), extra == 0 ? 1e-4 : 1e-7) << name(m) << extra;
            EXPECT_EQ(fit->inliers, static_cast<int>(pairs.size()));
            EXPECT_EQ(fit->ref_from_frame.is_affine(), m != TransformModel::homography);
        }
    }
}

// Least squares theory: the error at a point has variance sigma^2 * (its row) (A^T A)^-1 (its row)^T
// per axis; averaged over even points it is about sigma^2 * (parameters / 2) / n per axis. The grid
// reaches the edges, where the linear terms weigh more: (1 + 3 * 5/12 ...) is bounded by 2 here.
TEST(Fit, ErrorIsNearTheory) {
    std::mt19937 rng(42);
    constexpr double sigma = 0.05;
    constexpr int stars = 150;
    const double parameters[] = {2, 4, 6, 8};
    for (const TransformModel m : models) {
        double square = 0;
        constexpr int trials = 60;
        for (int i = 0; i < trials; ++i) {
            const auto fit = fit_transform(m, pairs_under(rng, truth_of(m), stars, sigma));
            ASSERT_TRUE(fit);
            const double e = grid_error(fit->ref_from_frame, truth_of(m));
            square += e * e / trials;
        }
        const double theory = sigma * std::sqrt(parameters[static_cast<int>(m)] / stars);
        EXPECT_LT(std::sqrt(square), 1.35 * theory) << name(m);
        EXPECT_GT(std::sqrt(square), 0.80 * theory) << name(m);
    }
}

TEST(Fit, AThirdOfWrongPairsIsClipped) {
    std::mt19937 rng(43);
    for (const TransformModel m : models) {
        auto pairs = pairs_under(rng, truth_of(m), 100, 0.05);
        for (std::size_t i = 0; i < 33; ++i) {
            pairs[i].ref.x += uniform(rng, 1, 3);
            pairs[i].ref.y += uniform(rng, -1, 3);
        }
        const auto fit = fit_transform(m, pairs);
        ASSERT_TRUE(fit);
        EXPECT_LT(grid_error(fit->ref_from_frame, truth_of(m)), 0.04) << name(m);
        EXPECT_GE(fit->inliers, 64);
        EXPECT_LE(fit->inliers, 70);
        EXPECT_NEAR(fit->rms_px, 0.05 * std::sqrt(2), 0.02);
    }
}

TEST(Fit, GoodStarsWeighMore) {
    std::mt19937 rng(44);
    double weighted = 0;
    double even = 0;
    for (int trial = 0; trial < 30; ++trial) {
        const Transform t = truth_of(TransformModel::similarity);
        auto pairs = pairs_under(rng, t, 20, 0.02);
        const auto faint = pairs_under(rng, t, 100, 0.5);
        pairs.insert(pairs.end(), faint.begin(), faint.end());
        weighted += grid_error(fit_transform(TransformModel::similarity, pairs)->ref_from_frame, t);
        for (PointPair& p : pairs) p.sigma_px = 0.3;
        even += grid_error(fit_transform(TransformModel::similarity, pairs)->ref_from_frame, t);
    }
    EXPECT_LT(weighted, 0.7 * even);
}

TEST(Fit, CentroidErrorFollowsTheStar) {
    Star s = star_at(0, 0, 1);
    s.fwhm_px = 4.7;
    s.snr = 20;
    EXPECT_NEAR(centroid_sigma_px(s, 0.0001), 0.1, 1e-6);
    EXPECT_NEAR(centroid_sigma_px(s, 0.1), 0.1 * std::sqrt(2), 1e-6);
    s.snr = 0;
    s.fwhm_px = NAN;
    EXPECT_NEAR(centroid_sigma_px(s, 0.0001), 3 / 2.35 / 5, 1e-6);
}

TEST(Fit, PairsThatDetermineNothingAreRefused) {
    std::vector<PointPair> line;
    for (int i = 0; i < 20; ++i) line.push_back({{3.0 * i, 4.0 * i}, {3.0 * i + 7, 4.0 * i}, 0.1});
    EXPECT_TRUE(fit_transform(TransformModel::similarity, line));
    EXPECT_FALSE(fit_transform(TransformModel::affine, line));
    EXPECT_FALSE(fit_transform(TransformModel::homography, line));
    const std::vector<PointPair> spot(20, {{3, 4}, {8, 9}, 0.1});
    EXPECT_TRUE(fit_transform(TransformModel::shift, spot));
    EXPECT_FALSE(fit_transform(TransformModel::similarity, spot));
    EXPECT_FALSE(fit_transform(TransformModel::shift, {}));
    EXPECT_TRUE(fit_models({}).empty());
    FitOptions o;
    o.folds = 1;
    EXPECT_THROW(fit_transform(TransformModel::shift, spot, o), OptionError);
}

TEST(Fit, CrossValidationTellsTheModelsApart) {
    std::mt19937 rng(45);
    const auto reports = fit_models(pairs_under(rng, truth_of(TransformModel::affine), 150, 0.05));
    ASSERT_EQ(reports.size(), 4U);
    EXPECT_GT(*reports[0].cross_validated_px, 100);
    EXPECT_GT(*reports[1].cross_validated_px, 1);
    EXPECT_NEAR(*reports[2].cross_validated_px, 0.05 * std::sqrt(2), 0.01);
    EXPECT_GT(*reports[3].cross_validated_px, 0.98 * *reports[2].cross_validated_px);
}

}  // namespace
}  // namespace nightstack
