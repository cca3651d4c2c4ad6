// SPDX-License-Identifier: MIT
// Faces of Moon, Jupiter and Saturn.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "device/sim/sky/body_image.h"
#include "device/sim/sky/moon_face.h"
#include "twin_sky_fixture.h"

namespace nightstack::device::sim {
namespace {

constexpr double kDeg = 180 / std::numbers::pi;

SkyTime day(int year, unsigned month, unsigned date) {
    return std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(date));
}

// Meeus, Astronomical Algorithms, example 53.a: libration -1.23, +4.20, axis at 15.08 (here on J2000's north).
TEST(Bodies, MoonShowsTheSideItDid) {
    BodyView view;
    view.place = {134.795, 13.738};
    const BodyAxes a = body_axes(Planet::moon, view, day(1992, 4, 12));
    EXPECT_NEAR(std::asin(dot(a.towards, a.pole)) * kDeg, 4.20, 0.1);
    EXPECT_NEAR(std::atan2(dot(a.towards, a.east), dot(a.towards, a.prime)) * kDeg, -1.23, 0.1);
    const Attitude north{{},
                         {-std::sin(13.738 / kDeg) * std::cos(134.795 / kDeg),
                          -std::sin(13.738 / kDeg) * std::sin(134.795 / kDeg), std::cos(13.738 / kDeg)},
                         {}};
    const Vec3 east{-std::sin(134.795 / kDeg), std::cos(134.795 / kDeg), 0};
    EXPECT_NEAR(std::atan2(dot(a.up, east), dot(a.up, north.up)) * kDeg, 15.08, 0.15);
    EXPECT_NEAR(dot(a.right, east), -std::cos(15.08 / kDeg), 0.01);  // west is right
}

// The same, example 44.a.
TEST(Bodies, JupitersMoonsStandWhereTheyDid) {
    const auto moons = moons_of_jupiter(day(1992, 12, 16));
    const double expected[4][2] = {{-3.44, 0.21}, {7.44, 0.25}, {1.24, 0.65}, {7.08, 1.10}};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(moons[i].right, expected[i][0], 0.02) << i;
        EXPECT_NEAR(moons[i].up, expected[i][1], 0.02) << i;
    }
}

TEST(Bodies, MariaAreDarkAndTychoIsBright) {
    const MoonFace moon;
    for (const auto& [latitude, longitude] :
         {std::pair{33.0, -16.0}, {28.0, 17.5}, {17.0, 59.0}, {8.5, 31.0}, {18.0, -57.0}})
        EXPECT_LT(moon.at(latitude, longitude).albedo, 0.11F) << latitude << " " << longitude;
    for (const auto& [latitude, longitude] : {std::pair{-60.0, 30.0}, {-30.0, 5.0}, {70.0, 60.0}})
        EXPECT_GT(moon.at(latitude, longitude).albedo, 0.125F) << latitude << " " << longitude;
    EXPECT_GT(moon.at(-43.3, -11.2).albedo, 0.2F);
    EXPECT_TRUE(std::isfinite(moon.at(90, 180).albedo) && std::isfinite(moon.at(-90, -180).albedo));
}

BodyPose pose_of(Planet body, SkyTime time, double radius_px) {
    const BodyView view = view_of(body, Horizon(kTestSite, time));
    BodyPose pose;
    pose.body = body;
    pose.axes = body_axes(body, view, time);
    pose.frame_right = pose.axes.right;
    pose.frame_up = pose.axes.up;
    pose.centre = {100.3, 99.6};
    pose.radius_px = radius_px;
    pose.blur_px = 1;
    pose.light_e = {1e6, 2e6, 3e6};
    return pose;
}

// Green light of a frame of 200 x 200.
std::vector<double> drawn(const BodyPose& pose, const MoonFace* moon) {
    const BodyImage image(pose, moon);
    std::vector<double> all(200 * 200, 0.0);
    for (int y = 0; y < 200; ++y) image.add_row(all.data() + 200 * y, 200, y, {Colour::green, Colour::green});
    return all;
}
double sum_of(const std::vector<double>& v) {
    double sum = 0;
    for (const double x : v) sum += x;
    return sum;
}

TEST(Bodies, HaveTheirLightAndTheirPhase) {
    const MoonFace moon;
    const SkyTime full = evening() + std::chrono::hours(14 * 24), young = evening() + std::chrono::hours(2 * 24);
    EXPECT_NEAR(sum_of(drawn(pose_of(Planet::jupiter, full, 20), nullptr)), 2e6, 2e3);
    EXPECT_NEAR(sum_of(drawn(pose_of(Planet::saturn, full, 20), nullptr)), 2e6, 2e3);
    for (const SkyTime time : {full, young}) {
        const BodyPose pose = pose_of(Planet::moon, time, 60);
        const std::vector<double> light = drawn(pose, &moon);
        EXPECT_NEAR(sum_of(light), 2e6, 2e3);
        // Its middle lies towards the Sun.
        double x = 0, y = 0;
        for (int i = 0; i < 200 * 200; ++i) {
            x += light[static_cast<std::size_t>(i)] * (i % 200 - pose.centre.x) / 2e6;
            y -= light[static_cast<std::size_t>(i)] * (i / 200 - pose.centre.y) / 2e6;
        }
        if (time == full) {
            EXPECT_LT(std::hypot(x, y), 12);
        } else {
            EXPECT_GT(std::hypot(x, y), 30);
            EXPECT_GT(x * dot(pose.axes.sun, pose.axes.right) + y * dot(pose.axes.sun, pose.axes.up),
                      0.95 * std::hypot(x, y) *
                          std::hypot(dot(pose.axes.sun, pose.axes.right), dot(pose.axes.sun, pose.axes.up)));
        }
    }
}

TEST(Bodies, SaturnHasRingsWithAGap) {
    BodyPose pose = pose_of(Planet::saturn, evening(), 30);
    pose.blur_px = 0.5;
    const std::vector<double> light = drawn(pose, nullptr);
    const auto at = [&](double radii) {
        return light[static_cast<std::size_t>(200 * 100 + std::lround(pose.centre.x + 30 * radii))];
    };
    EXPECT_GT(at(1.75), 0.3 * at(0));
    EXPECT_GT(at(2.15), 0.2 * at(0));
    EXPECT_LT(at(1.1), 0.2 * at(0));
    EXPECT_LT(at(1.99), 0.6 * at(1.75));
    EXPECT_EQ(at(2.6), 0);
    EXPECT_NEAR(at(-1.75), at(1.75), 0.3 * at(1.75));
}

}  // namespace
}  // namespace nightstack::device::sim
