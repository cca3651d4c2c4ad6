// SPDX-License-Identifier: MIT
#include "device/sim/sky/body_image.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/sim/landscape/colour3.h"

namespace nightstack::device::sim {
namespace {

constexpr double kDeg = 180 / std::numbers::pi;
constexpr double kRings = 2.27;         // outer edge of Saturn's, in radii
constexpr double kEarthshine = 1.2e-4;  // of sunlight, on a new Moon
constexpr double kFlatJupiter = 0.935, kFlatSaturn = 0.902;

// A place on a globe: in its picture (right, up, towards) and on its ground.
struct Spot {
    double x = 0, y = 0, z = 0;
    double latitude_deg = 0, longitude_deg = 0;
};

Vec3 in_sky(const BodyAxes& a, double x, double y, double z) {
    return {x * a.right.x + y * a.up.x + z * a.towards.x, x * a.right.y + y * a.up.y + z * a.towards.y,
            x * a.right.z + y * a.up.z + z * a.towards.z};
}

Spot spot_at(const BodyAxes& a, double x, double y) {
    Spot s{x, y, std::sqrt(std::max(0.0, 1 - x * x - y * y)), 0, 0};
    const Vec3 d = in_sky(a, s.x, s.y, s.z);
    s.latitude_deg = std::asin(std::clamp(dot(d, a.pole), -1.0, 1.0)) * kDeg;
    s.longitude_deg = std::atan2(dot(d, a.east), dot(d, a.prime)) * kDeg;
    return s;
}

// The Moon has no darker limb: Lommel and Seeliger's law.
double moon_light(const BodyAxes& a, const MoonFace& moon, double x, double y) {
    const Spot s = spot_at(a, x, y);
    const MoonFace::Ground ground = moon.at(s.latitude_deg, s.longitude_deg);
    const Vec3 up = in_sky(a, s.x, s.y, s.z);
    const double across = std::max(1e-6, std::hypot(dot(up, a.prime), dot(up, a.east)));
    const double e = static_cast<double>(ground.east) / across, n = static_cast<double>(ground.north);
    const Vec3 east{up.y * a.pole.z - up.z * a.pole.y, up.z * a.pole.x - up.x * a.pole.z,
                    up.x * a.pole.y - up.y * a.pole.x};  // up x pole: west, times `across`
    const double level = dot(up, a.sun);
    const double to_pole = (dot(a.pole, a.sun) - dot(up, a.pole) * level) / across;
    const double sunlit =
        std::max(0.0, level + e * dot(east, a.sun) - n * to_pole) * ramp(-0.06F, 0.04F, static_cast<float>(level));
    const double earth = kEarthshine * (1 - dot(a.towards, a.sun)) / 2;
    return static_cast<double>(ground.albedo) * (2 * sunlit / (std::max(0.0, level) + s.z + 0.05) + earth);
}

// Belts of Jupiter: dark between these latitudes.
double jupiter_ground(double latitude_deg, double longitude_deg) {
    struct Belt {
        double south, north, dark;
    };
    constexpr Belt kBelts[] = {{7, 18, 0.38},    {-20, -8, 0.34}, {24, 29, 0.18},
                               {-33, -27, 0.16}, {38, 44, 0.1},   {-45, -39, 0.1}};
    const double wave = 0.8 * std::sin(longitude_deg * 0.19) + 0.5 * std::sin(longitude_deg * 0.41 + 2);
    double light = 1 - 0.28 * static_cast<double>(ramp(40, 75, static_cast<float>(std::abs(latitude_deg))));
    for (const Belt& b : kBelts) {
        const auto place = static_cast<float>(latitude_deg + wave);
        const auto south = static_cast<float>(b.south), north = static_cast<float>(b.north);
        light -= b.dark *
                 static_cast<double>(ramp(south - 1.5F, south + 1.5F, place) * ramp(north + 1.5F, north - 1.5F, place));
    }
    constexpr double kSpotLatitude = -22, kSpotLongitude = -60;  // where the Great Red Spot is drifts: a guess
    const double dx = std::remainder(longitude_deg - kSpotLongitude, 360.0) / 8,
                 dy = (latitude_deg - kSpotLatitude) / 5;
    return light - 0.2 * static_cast<double>(ramp(1.2F, 0.7F, static_cast<float>(std::hypot(dx, dy))));
}

double globe_light(const BodyAxes& a, Planet body, double x, double y) {
    const Spot s = spot_at(a, x, y);
    const double sunlit = std::max(0.0, dot(in_sky(a, s.x, s.y, s.z), a.sun));
    const double ground = body == Planet::jupiter
                              ? jupiter_ground(s.latitude_deg, s.longitude_deg)
                              : 0.9 + 0.08 * std::cos(s.latitude_deg / 9) - 0.002 * std::abs(s.latitude_deg);
    return ground * std::pow(sunlit, 0.9);
}

// C, B, the division of Cassini, A.
double ring_light(double radii) {
    if (radii < 1.24 || radii > kRings) return 0;
    if (radii < 1.53) return 0.12;
    if (radii < 1.95) return 1.0;
    return radii < 2.03 ? 0.04 : 0.65;
}

double saturn_light(const BodyAxes& a, double x, double y) {
    const double tilt = dot(a.pole, a.towards), thin = std::max(std::abs(tilt), 0.01);
    const double ring = 0.95 * ring_light(std::hypot(x, y / thin)) * std::min(1.0, std::abs(tilt) / 0.03);
    const double high = y / kFlatSaturn;
    if (x * x + high * high > 1) return ring;
    const bool before = y * tilt < 0;  // the near half of the rings
    return before && ring > 0.2 ? ring : globe_light(a, Planet::saturn, x, high);
}

double light_at(const BodyPose& p, const MoonFace* moon, double x, double y) {
    if (p.body == Planet::saturn) return saturn_light(p.axes, x, y);
    const double high = p.body == Planet::jupiter ? y / kFlatJupiter : y;
    if (x * x + high * high > 1) return 0;
    return p.body == Planet::moon ? moon_light(p.axes, *moon, x, y) : globe_light(p.axes, p.body, x, high);
}

}  // namespace

bool has_face(Planet body) { return body == Planet::moon || body == Planet::jupiter || body == Planet::saturn; }

BodyImage::BodyImage(const BodyPose& pose, const MoonFace* moon) : light_e_(pose.light_e) {
    draw(pose, moon);
    blur(pose.blur_px);
}

void BodyImage::draw(const BodyPose& pose, const MoonFace* moon) {
    const double reach = pose.radius_px * (pose.body == Planet::saturn ? kRings : 1) + 4 * pose.blur_px + 2;
    left_ = static_cast<int>(std::floor(pose.centre.x - reach));
    top_ = static_cast<int>(std::floor(pose.centre.y - reach));
    const int side = 2 * static_cast<int>(std::ceil(reach)) + 1;
    light_.reshape(side, side);
    const int fine = pose.radius_px > 100 ? 1 : 4;  // samples along a pixel
    const double rr = dot(pose.frame_right, pose.axes.right), ru = dot(pose.frame_right, pose.axes.up);
    const double ur = dot(pose.frame_up, pose.axes.right), uu = dot(pose.frame_up, pose.axes.up);
    double sum = 0;
    for (int y = 0; y < side; ++y) {
        float* row = light_.view().row_data(y);
        for (int x = 0; x < side; ++x) {
            double here = 0;
            for (int i = 0; i < fine * fine; ++i) {
                const double sx = (i % fine + 0.5) / fine - 0.5, sy = (i / fine + 0.5) / fine - 0.5;
                const double dx = (left_ + x + sx - pose.centre.x) / pose.radius_px;
                const double dy = -(top_ + y + sy - pose.centre.y) / pose.radius_px;
                here += light_at(pose, moon, dx * rr + dy * ur, dx * ru + dy * uu);
            }
            row[x] = static_cast<float>(here);
            sum += here;
        }
    }
    const auto part = static_cast<float>(sum > 0 ? 1 / sum : 0);
    for (int y = 0; y < side; ++y)
        for (float& v : light_.view().row(y)) v *= part;
}

// By a Gaussian, along rows and then columns; the margin holds what goes over the edge.
void BodyImage::blur(double sigma_px) {
    const int half = static_cast<int>(std::ceil(3.5 * sigma_px)), side = light_.width();
    std::vector<float> weights;
    float sum = 0;
    for (int i = -half; i <= half; ++i) {
        weights.push_back(static_cast<float>(std::exp(-0.5 * i * i / (sigma_px * sigma_px))));
        sum += weights.back();
    }
    for (float& w : weights) w /= sum;
    Image<float> turned(side, side);
    for (int pass = 0; pass < 2; ++pass) {
        for (int y = 0; y < side; ++y) {
            const float* in = light_.view().row_data(y);
            for (int x = 0; x < side; ++x) {
                float value = 0;
                const int from = std::max(-half, -x), to = std::min(half, side - 1 - x);
                for (int i = from; i <= to; ++i) value += in[x + i] * weights[static_cast<std::size_t>(i + half)];
                turned.view()(y, x) = value;
            }
        }
        std::swap(light_, turned);
    }
}

void BodyImage::add_row(double* row, int width, int y, const sky::RowBands& bands) const {
    if (y < top_ || y >= top_ + light_.height()) return;
    const float* light = light_.cview().row_data(y - top_);
    const sky::RowPair pair = sky::row_pair(light_e_, bands);
    const int from = std::max(0, left_), to = std::min(width, left_ + light_.width());
    for (int x = from; x < to; ++x) row[x] += pair[x & 1] * static_cast<double>(light[x - left_]);
}

}  // namespace nightstack::device::sim
