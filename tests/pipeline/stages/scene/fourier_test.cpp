// SPDX-License-Identifier: MIT
// The transform against its definition, and there and back again.
#include "pipeline/stages/scene/fourier.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <random>

#include "tests/support/every_level.h"

namespace nightstack {
namespace {

Spectrum random_plane(int width, int height) {
    Spectrum s;
    s.re = Image<float>(width, height);
    s.im = Image<float>(width, height);
    std::mt19937 rng(7);
    std::uniform_real_distribution<float> unit(-1, 1);
    for (Image<float>* plane : {&s.re, &s.im}) {
        for (int y = 0; y < height; ++y) {
            for (float& v : plane->view().row(y)) v = unit(rng);
        }
    }
    return s;
}

std::complex<double> by_definition(const Spectrum& s, int fx, int fy) {
    const int w = s.re.width(), h = s.re.height();
    std::complex<double> sum;
    for (int y = 0; y < h; ++y) {
        for (int x = 0; x < w; ++x) {
            const double turn =
                -2 * std::numbers::pi * (static_cast<double>(fx * x) / w + static_cast<double>(fy * y) / h);
            sum += std::complex(static_cast<double>(s.re.view()(x, y)), static_cast<double>(s.im.view()(x, y))) *
                   std::polar(1.0, turn);
        }
    }
    return sum;
}

TEST(Fourier, IsItsDefinition) {
    for (const auto& [w, h] : {std::pair{16, 8}, {2, 32}, {8, 2}}) {
        const Spectrum before = random_plane(w, h);
        Spectrum s{before.re.clone(), before.im.clone(), {}, {}};
        Fourier(w, h).forward(s);
        ASSERT_TRUE(s.re.view().same_size(h, w));
        for (int row = 0; row < w; ++row) {
            for (int column = 0; column < h; ++column) {
                const auto truth = by_definition(before, Fourier::frequency(row, w), Fourier::frequency(column, h));
                EXPECT_NEAR(static_cast<double>(s.re.view()(column, row)), truth.real(), 1e-4);
                EXPECT_NEAR(static_cast<double>(s.im.view()(column, row)), truth.imag(), 1e-4);
            }
        }
    }
}

TEST(Fourier, ComesBack) {
    const Spectrum before = random_plane(128, 64);
    Spectrum s{before.re.clone(), before.im.clone(), {}, {}};
    const Fourier fourier(128, 64);
    fourier.forward(s);
    fourier.inverse(s);
    for (int y = 0; y < 64; ++y) {
        for (int x = 0; x < 128; ++x) {
            EXPECT_NEAR(static_cast<double>(s.re.view()(x, y)) / (128 * 64),
                        static_cast<double>(before.re.view()(x, y)), 1e-5);
        }
    }
}

TEST(Fourier, GivesTheSameBitsAtEveryLevel) {
    std::vector<Spectrum> all;
    at_every_level([&] {
        Spectrum s = random_plane(64, 32);
        Fourier(64, 32).forward(s);
        all.push_back(std::move(s));
    });
    for (const Spectrum& s : all) {
        for (int y = 0; y < s.re.height(); ++y)
            EXPECT_EQ(std::memcmp(s.re.view().row_data(y), all[0].re.view().row_data(y), 32 * sizeof(float)), 0);
    }
}

}  // namespace
}  // namespace nightstack
