// SPDX-License-Identifier: MIT
#include "device/sim/landscape/landscape.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;
constexpr double kTele = 34482, kWide = 2718;  // focal lengths in pixels

LandscapeLight noon() {
    LandscapeLight light;
    light.day = {650, 1000, 1100};
    light.sun_azimuth_deg = 170;
    light.sun_altitude_deg = 45;
    return light;
}

LandscapeLight night() {
    LandscapeLight light;
    light.night = {80, 100, 75};
    light.sun_altitude_deg = -30;
    return light;
}

// Green light of a frame; where the sky is seen, that of the day.
struct Picture {
    LandscapeCamera camera;
    std::vector<float> green, left;
    float at(int x, int y) const { return green[static_cast<std::size_t>(y * camera.width + x)]; }
};

Picture picture(const Landscape& land, const LandscapeCamera& camera, const LandscapeLight& light = noon()) {
    const LandscapeView view(land, camera, light);
    Picture p{camera, {}, {}};
    for (int y = 0; y < camera.height; ++y) {
        const RowLight row = view.row_light(y);
        for (std::size_t x = 0; x < row.land.size(); ++x) {
            p.green.push_back(row.land[x].g + row.left[x] * (light.day.g + row.sky[x].g));
            p.left.push_back(row.left[x]);
        }
    }
    return p;
}

struct Place {
    double x = 0, y = 0;
};

// Where a pixel of one camera is seen by another.
Place seen_by(const LandscapeCamera& other, const LandscapeCamera& camera, double x, double y) {
    const auto axes = [](const LandscapeCamera& c, double(&right)[3], double(&up)[3], double(&ahead)[3]) {
        const double a = c.azimuth_deg * kRad, h = c.altitude_deg * kRad;
        const double r[] = {std::cos(a), -std::sin(a), 0};
        const double u[] = {-std::sin(a) * std::sin(h), -std::cos(a) * std::sin(h), std::cos(h)};
        const double f[] = {std::sin(a) * std::cos(h), std::cos(a) * std::cos(h), std::sin(h)};
        for (int i = 0; i < 3; ++i) right[i] = r[i], up[i] = u[i], ahead[i] = f[i];
    };
    double right[3], up[3], ahead[3], right2[3], up2[3], ahead2[3];
    axes(camera, right, up, ahead);
    axes(other, right2, up2, ahead2);
    double r = 0, u = 0, f = 0;
    for (int i = 0; i < 3; ++i) {
        const double d = ahead[i] + (x - (camera.width - 1) / 2.0) / camera.focal_px * right[i] +
                         ((camera.height - 1) / 2.0 - y) / camera.focal_px * up[i];
        r += d * right2[i];
        u += d * up2[i];
        f += d * ahead2[i];
    }
    return {(other.width - 1) / 2.0 + other.focal_px * r / f, (other.height - 1) / 2.0 - other.focal_px * u / f};
}

// Correlation of what both see, pixel by pixel; nothing in common: 0.
double likeness(const Picture& a, const Picture& b) {
    double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (int y = 0; y < a.camera.height; y += 3) {
        for (int x = 0; x < a.camera.width; x += 3) {
            const Place p = seen_by(b.camera, a.camera, x, y);
            if (p.x < 0 || p.y < 0 || p.x >= b.camera.width - 1 || p.y >= b.camera.height - 1) continue;
            const int x0 = static_cast<int>(p.x), y0 = static_cast<int>(p.y);
            const double fx = p.x - x0, fy = p.y - y0;
            const auto at = [&](int dx, int dy) { return static_cast<double>(b.at(x0 + dx, y0 + dy)); };
            const double there =
                (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
            const auto here = static_cast<double>(a.at(x, y));
            n += 1, sa += here, sb += there, saa += here * here, sbb += there * there, sab += here * there;
        }
    }
    if (n < 1000) return 0;
    return (sab - sa * sb / n) / std::sqrt((saa - sa * sa / n) * (sbb - sb * sb / n));
}

TEST(Landscape, NeighbouringTilesShowTheSame) {
    const Landscape land(5);
    const LandscapeCamera tele{140, -1, kTele / 4, 960, 540, 1}, wide{140, -2, kWide, 600, 400, 1};
    for (LandscapeCamera camera : {tele, wide}) {
        const Picture here = picture(land, camera);
        const double step = 0.7 * camera.width / camera.focal_px / kRad;
        camera.azimuth_deg += step;
        camera.altitude_deg += 0.3 * step;
        EXPECT_GT(likeness(here, picture(land, camera)), 0.98) << camera.focal_px;
        camera.azimuth_deg += 20;
        EXPECT_EQ(likeness(here, picture(land, camera)), 0);
    }
}

TEST(Landscape, GoesAllAroundWithoutASeam) {
    const Landscape land(5);
    const LandscapeCamera before{359.2, -0.5, kTele / 4, 960, 540, 1};
    LandscapeCamera behind = before;
    behind.azimuth_deg = 0.9;
    EXPECT_GT(likeness(picture(land, before), picture(land, behind)), 0.98);
    behind.azimuth_deg = 360.9 - 720;
    EXPECT_GT(likeness(picture(land, before), picture(land, behind)), 0.98);
    EXPECT_NEAR(land.skyline_deg(0), land.skyline_deg(360), 1e-6);
    EXPECT_NEAR(land.skyline_deg(359.9999), land.skyline_deg(0.0001), 0.02);
    EXPECT_EQ(land.skyline_deg(-90), land.skyline_deg(270));
}

// Below the skyline every square of 48 pixels has something in it to match.
TEST(Landscape, IsTexturedAtEveryScale) {
    const Landscape land(5);
    for (const double focal : {kTele, kTele / 2, kWide}) {
        for (const double azimuth : {20.0, 200.0, 310.0}) {
            const Picture p = picture(land, {azimuth, -0.3, focal, 480, 480, 1});
            for (int y0 = 240; y0 + 48 <= 480; y0 += 48) {
                for (int x0 = 0; x0 + 48 <= 480; x0 += 48) {
                    double sum = 0, squares = 0;
                    for (int i = 0; i < 48 * 48; ++i) {
                        const auto v = static_cast<double>(p.at(x0 + i % 48, y0 + i / 48));
                        sum += v;
                        squares += v * v;
                    }
                    const double mean = sum / (48 * 48);
                    EXPECT_GT(std::sqrt(squares / (48 * 48) - mean * mean), 0.015 * mean)
                        << focal << " " << azimuth << " " << x0 << "," << y0;
                }
            }
        }
    }
}

// A coarse pixel shows what the fine ones within it do on the mean.
TEST(Landscape, IsTheSameAtEveryResolution) {
    const Landscape land(5);
    const Picture fine = picture(land, {80, -0.8, kTele / 2, 1200, 800, 1});
    Picture coarse = picture(land, {80, -0.8, kTele / 16, 150, 100, 1});
    Picture means = coarse;
    for (int y = 0; y < 100; ++y) {
        for (int x = 0; x < 150; ++x) {
            float sum = 0;
            for (int i = 0; i < 64; ++i) sum += fine.at(8 * x + i % 8, 8 * y + i / 8);
            means.green[static_cast<std::size_t>(y * 150 + x)] = sum / 64;
        }
    }
    EXPECT_GT(likeness(means, coarse), 0.9);
}

TEST(Landscape, AnotherSeedIsAnotherPlaceAndTheSameSeedTheSame) {
    const Landscape land(5), again(5), other(6);
    const LandscapeCamera camera{200, -1, kTele / 4, 400, 300, 1};
    const Picture p = picture(land, camera);
    EXPECT_EQ(p.green, picture(again, camera).green);
    EXPECT_LT(likeness(p, picture(other, camera)), 0.9);
}

TEST(Landscape, ByNightItIsDarkerThanTheSkyAndHidesIt) {
    const Landscape land(5);
    const LandscapeCamera camera{140, 1, kWide, 600, 400, 1};
    const Picture p = picture(land, camera, night());
    double hidden = 0, light = 0;
    for (std::size_t i = 0; i < p.green.size(); ++i) {
        EXPECT_GE(p.left[i], 0);
        if (p.left[i] > 0) continue;
        hidden += 1;
        light += static_cast<double>(p.green[i]);
    }
    EXPECT_GT(hidden, 0.3 * static_cast<double>(p.green.size()));
    EXPECT_LT(light / hidden, 40);  // of a sky of 100
    EXPECT_GT(light, 0);
    const LandscapeView high(land, {140, 40, kTele, 100, 100, 1}, night());
    EXPECT_FALSE(high.seen());
}

TEST(Landscape, LightGoesWithTheDay) {
    const Landscape land(5);
    const LandscapeCamera camera{140, -2, kTele / 4, 200, 200, 1};
    LandscapeLight bright = noon();
    bright.day = bright.day * 2;
    const Picture one = picture(land, camera), two = picture(land, camera, bright);
    for (std::size_t i = 0; i < one.green.size(); i += 97) EXPECT_NEAR(two.green[i] / one.green[i], 2, 1e-3);
}

// Zenith, nadir, sideways, odd sizes: numbers all the same.
TEST(Landscape, LooksAnywhere) {
    const Landscape land(5);
    for (const double altitude : {90.0, 89.9, 45.0, -40.0, -90.0}) {
        for (const double focal : {kTele, kWide}) {
            const Picture p = picture(land, {123, altitude, focal, 61, 43, 3});
            for (const float v : p.green) ASSERT_TRUE(std::isfinite(v) && v >= 0) << altitude;
        }
    }
    for (double azimuth = 0; azimuth < 360; azimuth += 0.37) EXPECT_LE(land.skyline_deg(azimuth), kHighestRidge_deg);
}

}  // namespace
}  // namespace nightstack::device::sim
