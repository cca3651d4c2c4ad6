// SPDX-License-Identifier: MIT
#include "pipeline/stages/display/stretch.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

// One that every test may use: it has no state.
SerialRunner serial;

// A sky per colour with noise, a faint nebula in the middle and a few burnt-out stars.
struct Picture {
    std::vector<Image<float>> planes;
    Picture(std::vector<double> skies, double noise, int size = 200) {
        std::mt19937_64 rng(7);
        std::normal_distribution<double> normal(0, noise);
        for (const double sky : skies) {
            Image<float> plane(size, size);
            for (int y = 0; y < size; ++y) {
                for (int x = 0; x < size; ++x) {
                    const double r2 = (x - size / 2.0) * (x - size / 2.0) + (y - size / 2.0) * (y - size / 2.0);
                    const double nebula = 5 * noise * std::exp(-r2 / (2 * 15.0 * 15.0));
                    plane.view()(x, y) = static_cast<float>(sky * (1 + nebula / 1000) + normal(rng));
                    if (x % 67 == 5 && y % 71 == 9) plane.view()(x, y) = 65535;
                }
            }
            planes.push_back(std::move(plane));
        }
    }
    std::vector<ImageView<const float>> views() const {
        std::vector<ImageView<const float>> all;
        for (const auto& p : planes) all.push_back(p.view());
        return all;
    }
};

std::vector<double> mean_on_screen(const Picture& picture, const std::vector<ChannelStretch>& stretch) {
    std::vector<double> means;
    for (std::size_t p = 0; p < picture.planes.size(); ++p) {
        double sum = 0;
        std::vector<std::uint8_t> row(200);
        for (int y = 0; y < 30; ++y) {
            stretch_row(row, picture.planes[p].view().row(y), {}, stretch[p]);
            for (const auto v : row) sum += v / 255.0;
        }
        means.push_back(sum / (30 * 200));
    }
    return means;
}

TEST(Stretch, SkyBecomesGreyAndLandsOnTarget) {
    for (const std::vector<double>& skies : {std::vector<double>{700, 1500, 900}, {3, -2, 8}, {20, 4000, 30}}) {
        const Picture picture(skies, 12);
        for (const double target : {0.25, 0.12}) {
            StretchOptions options;
            options.target_background = target;
            const auto means = mean_on_screen(picture, auto_stretch(rows_of(picture.views()), options, serial));
            for (const double m : means) EXPECT_NEAR(m, target, 0.03) << skies[0];
            EXPECT_LT(std::abs(means[0] - means[1]), 0.02) << "green sky";
            EXPECT_LT(std::abs(means[2] - means[1]), 0.02);
        }
    }
}

TEST(Stretch, BlackLiesBelowTheSkyByItsNoise) {
    const Picture picture({1000}, 12);
    for (const double sigmas : {2.8, 1.5}) {
        StretchOptions options;
        options.shadows_sigma = sigmas;
        const ChannelStretch s = auto_stretch(rows_of(picture.views()), options, serial).front();
        EXPECT_NEAR(s.black, 1000 - sigmas * 12, 2);
    }
}

TEST(Stretch, BurntOutStarsAreWhiteAndOrderIsKept) {
    const Picture picture({700, 1500, 900}, 12);
    StretchOptions options;
    options.white_level = 65535;
    const auto stretch = auto_stretch(rows_of(picture.views()), options, serial);
    for (const ChannelStretch& s : stretch) {
        EXPECT_DOUBLE_EQ(s(65535), 1);
        double before = -1;
        for (double x = -1000; x < 66000; x += 100) {
            EXPECT_GE(s(x), before);
            before = s(x);
        }
    }
}

TEST(Stretch, RowsFollowTheFormula) {
    const ChannelStretch s{1.3, -20, 500, 60000, 0.01};
    std::vector<float> values;
    for (int i = 0; i < 700; ++i) values.push_back(static_cast<float>(i * i) / 7 - 50);
    std::vector<std::uint8_t> low(values.size());
    std::vector<std::uint16_t> high(values.size());
    stretch_row(low, values, {}, s);
    stretch_row(high, values, {}, s);
    for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_NEAR(low[i], 255 * s(values[i]), 0.501);
        EXPECT_NEAR(high[i], 65535 * s(values[i]), 1.0);
    }
}

TEST(Stretch, UncoveredPixelsDoNotCountAndStayBlack) {
    Picture picture({900, 1000, 1100}, 10);
    const auto want = auto_stretch(rows_of(picture.views()), {}, serial);
    Image<std::uint16_t> coverage(200, 200);
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 200; ++x) {
            coverage.view()(x, y) = y < 120 ? 3 : 0;
            if (y >= 120) {
                for (auto& p : picture.planes) p.view()(x, y) = 0;
            }
        }
    }
    const std::vector<ImageView<const std::uint16_t>> coverages(3, coverage.view());
    const auto got = auto_stretch(rows_of(picture.views(), coverages), {}, serial);
    EXPECT_NEAR(got[1].black, want[1].black, 2);
    std::vector<std::uint8_t> row(200, 9);
    stretch_row(row, picture.planes[0].view().row(50), coverage.view().row(150), got[0]);
    for (const auto v : row) EXPECT_EQ(v, 0);
}

TEST(Stretch, OddPicturesDoNoHarm) {
    // Flat, nothing covered, one pixel, not a number.
    Picture flat({0, 0, 0}, 1e-30, 16);
    for (auto& p : flat.planes) {
        for (int y = 0; y < 16; ++y) {
            for (float& v : p.view().row(y)) v = 1000;
        }
    }
    for (const ChannelStretch& s : auto_stretch(rows_of(flat.views()), {}, serial)) EXPECT_NEAR(s(1000), 0.25, 0.01);
    Image<std::uint16_t> nobody(16, 16);
    const std::vector<ImageView<const std::uint16_t>> coverages(3, nobody.view());
    EXPECT_EQ(auto_stretch(rows_of(flat.views(), coverages), {}, serial).size(), 3u);
    EXPECT_TRUE(auto_stretch({}, {}, serial).empty());
    Image<float> dot(1, 1);
    dot.view()(0, 0) = 7;
    const std::array<ImageView<const float>, 1> mono{dot.view()};
    EXPECT_NEAR(auto_stretch(rows_of(mono), {}, serial).front()(7), 0.25, 0.01);
    std::vector<float> nan{NAN, -INFINITY, INFINITY};
    std::vector<std::uint8_t> row(3);
    stretch_row(row, nan, {}, ChannelStretch{});
    EXPECT_EQ(row[0], 0);
    EXPECT_EQ(row[1], 0);
    EXPECT_EQ(row[2], 255);
}

TEST(Stretch, FewSamplesAreEnough) {
    const Picture picture({700, 1500, 900}, 12);
    StretchOptions few;
    few.max_samples = 2000;
    const auto a = auto_stretch(rows_of(picture.views()), {}, serial);
    const auto b = auto_stretch(rows_of(picture.views()), few, serial);
    EXPECT_NEAR(a[1].black, b[1].black, 5);
}

TEST(Stretch, RefusesOptionsThatCannotWork) {
    StretchOptions options;
    options.target_background = 1;
    EXPECT_THROW(options.check(), OptionError);
    options = {};
    options.shadows_sigma = NAN;
    EXPECT_THROW(options.check(), OptionError);
    options = {};
    options.max_samples = 0;
    EXPECT_THROW(options.check(), OptionError);
}

}  // namespace
}  // namespace nightstack
