// SPDX-License-Identifier: MIT
// Student's quantiles and the critical values of the test for outliers, against published ones.
#include "pipeline/stages/integrate/esd_table.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tiles.h"

namespace nightstack {
namespace {

// Values of scipy.stats.t.isf.
TEST(EsdTable, StudentQuantiles) {
    struct Known {
        double tail;
        int degrees;
        double t;
    };
    for (const Known& k : {Known{0.025, 1, 12.706204736432102}, Known{0.025, 2, 4.3026527299112765},
                           Known{0.005, 5, 4.032142983557536}, Known{0.05 / 108, 52, 3.513086381166678},
                           Known{1e-4, 10, 5.693820101511748}, Known{0.05 / 400, 198, 3.7300030719487447},
                           Known{0.25, 3, 0.764892328080891}, Known{1e-6, 30, 5.871117120418899}}) {
        EXPECT_NEAR(student_quantile(k.tail, k.degrees) / k.t, 1, 1e-9) << k.tail << ' ' << k.degrees;
    }
    EXPECT_NEAR(student_quantile(0.5, 7), 0, 1e-12);
}

// The 54 values of Rosner's example, NIST/SEMATECH e-Handbook 1.3.5.17.3.
constexpr float kRosner[] = {-0.25F, 0.68F, 0.94F, 1.15F, 1.20F, 1.26F, 1.26F, 1.34F, 1.38F, 1.43F, 1.49F,
                             1.49F,  1.55F, 1.56F, 1.58F, 1.65F, 1.69F, 1.70F, 1.76F, 1.77F, 1.81F, 1.91F,
                             1.94F,  1.96F, 1.99F, 2.06F, 2.09F, 2.10F, 2.14F, 2.15F, 2.23F, 2.24F, 2.26F,
                             2.35F,  2.37F, 2.40F, 2.47F, 2.54F, 2.62F, 2.64F, 2.90F, 2.92F, 2.92F, 2.93F,
                             3.21F,  3.26F, 3.30F, 3.59F, 3.68F, 4.30F, 4.64F, 5.34F, 5.42F, 6.01F};

TEST(EsdTable, CriticalValuesOfRosnersExample) {
    const EsdTable table = esd_table(54, 0.3, 0.05);
    const double published[] = {3.158, 3.151, 3.143, 3.136, 3.128, 3.120, 3.111, 3.103, 3.094, 3.085};
    for (std::size_t i = 0; i < 10; ++i) EXPECT_NEAR(table.critical[54 - i], published[i], 0.0011) << i;
}

// The first two suspects alone are no outliers, with the third all are: the test must not stop at once.
TEST(EsdTable, ThreeOutliersInRosnersExample) {
    Scene scene;
    for (const float v : kRosner) {
        scene.pixels.emplace_back(3, 1);
        for (float& p : scene.pixels.back().view().row(0)) p = v;
    }
    for (const auto& image : scene.pixels) scene.frames.push_back({image.cview()});
    const Result r = integrated(scene, {CombineKind::mean, {RejectKind::gesdt, 0.19, 0.05}});
    EXPECT_EQ(r.high.view()(1, 0), 3);
    EXPECT_EQ(r.low.view()(1, 0), 0);
    const Result two = integrated(scene, {CombineKind::mean, {RejectKind::gesdt, 0.04, 0.05}});
    EXPECT_EQ(two.high.view()(1, 0), 0) << "of two suspects the second is no outlier";
}

TEST(EsdTable, SharesThatBinaryFractionsDoNotHold) {
    const EsdTable table = esd_table(1000, 0.3, 0.05);
    for (std::size_t n = 0; n <= 1000; n += 10) EXPECT_EQ(table.most_outliers[n], static_cast<float>(n * 3 / 10));
    EXPECT_EQ(table.most_outliers[19], 5);
    EXPECT_TRUE(std::isinf(table.critical[2]));
}

}  // namespace
}  // namespace nightstack
