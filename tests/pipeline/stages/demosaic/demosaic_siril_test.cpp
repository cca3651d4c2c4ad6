// SPDX-License-Identifier: MIT
// Our RCD against Siril's, on stars over texture. The yardstick is how far bilinear is from Siril.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "siril.h"

namespace nightstack {
namespace {

constexpr int kSize = 256;
constexpr int kEdge = 12;  // Siril treats the outermost pixels in its own way

// Smooth blobs of every size on three different levels, and stars of different colours.
Rgb scene() {
    std::mt19937 rng(17);
    std::uniform_real_distribution<double> unit(0, 1);
    Rgb picture = make_rgb(kSize, kSize);
    const float level[3] = {3000, 5000, 2500};
    for (std::size_t c = 0; c < 3; ++c) {
        for (int y = 0; y < kSize; ++y) {
            for (float& v : picture[c].view().row(y)) v = level[c];
        }
    }
    const auto add = [&](double flux, double fwhm) {
        const double red = 0.5 + 0.4 * unit(rng);
        const double blue = 0.4 + 0.5 * unit(rng);
        const double x = 8 + (kSize - 16) * unit(rng);
        const double y = 8 + (kSize - 16) * unit(rng);
        add_star(picture, {x, y, {red * flux, flux, blue * flux}}, fwhm);
    };
    for (int i = 0; i < 400; ++i) add(8000, 4 + 4 * unit(rng));
    for (int i = 0; i < 120; ++i) add(std::pow(10, 3.5 + 1.8 * unit(rng)), 2.3 + 2 * unit(rng));
    return picture;
}

double rms_difference(const Rgb& a, const Rgb& b) {
    double sum = 0;
    for (std::size_t c = 0; c < 3; ++c) {
        for (int y = kEdge; y < kSize - kEdge; ++y) {
            for (int x = kEdge; x < kSize - kEdge; ++x) sum += std::pow(a[c].view()(x, y) - b[c].view()(x, y), 2);
        }
    }
    return std::sqrt(sum / (3.0 * (kSize - 2 * kEdge) * (kSize - 2 * kEdge)));
}

TEST(DemosaicOracle, RcdAgreesWithSiril) {
    ASSERT_TRUE(siril_is_installed()) << "siril-cli is not installed; tools/test installs it";
    const Rgb truth = scene();
    for (const CfaPattern pattern : kPatterns) {
        const Image<float> mosaic = mosaic_of(truth, pattern);
        const Rgb siril = siril_debayered(mosaic.view(), pattern);
        const Rgb rcd = demosaiced(mosaic.view(), pattern, DemosaicKind::rcd);
        const Rgb balanced =
            demosaiced(mosaic.view(), pattern, DemosaicKind::rcd, demosaic_options_for_sky({3000, 5000, 2500}, 0));
        const Rgb bilinear = demosaiced(mosaic.view(), pattern, DemosaicKind::bilinear);
        const double ours = rms_difference(rcd, siril);
        const double yardstick = rms_difference(bilinear, siril);
        std::printf(
            "%s: rcd to siril %.2f, bilinear to siril %.2f ADU; to truth: siril %.2f, rcd %.2f, balanced %.2f\n",
            std::string(name(pattern)).c_str(), ours, yardstick, rms_difference(siril, truth),
            rms_difference(rcd, truth), rms_difference(balanced, truth));
        EXPECT_LT(ours, 0.10 * yardstick) << name(pattern);
        EXPECT_LT(rms_difference(rcd, truth), 1.05 * rms_difference(siril, truth));
        EXPECT_LT(rms_difference(balanced, truth), 0.9 * rms_difference(siril, truth));
    }
}

}  // namespace
}  // namespace nightstack
