// SPDX-License-Identifier: MIT
#include "tests/tools/moon_night.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <random>
#include <string>

#include "device/sim/sky/air.h"
#include "device/sim/sky/body_image.h"
#include "device/sim/sky/twin_sky.h"
#include "device/targets/horizon.h"
#include "device/targets/solar_system.h"
#include "io/fits/writer.h"
#include "tests/support/small_night.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
namespace sim = device::sim;

constexpr CfaPattern kPattern = CfaPattern::gbrg;
constexpr double kRadiusPx = 95, kPedestal = 250, kReadNoise = 8, kLightE = 4e7;

sim::BodyPose first_pose(device::Planet body, double radius_px) {
    // Two days before the first quarter: a terminator with shadows.
    const sim::SkyTime time = std::chrono::sys_days{std::chrono::year{2026} / 9 / 17} + std::chrono::hours(19);
    const device::Horizon horizon({9, 48, 300}, time);
    sim::BodyPose pose;
    pose.body = body;
    pose.axes = sim::body_axes(body, device::view_of(body, horizon), time);
    pose.frame_right = pose.axes.right;
    pose.frame_up = pose.axes.up;
    pose.radius_px = radius_px;
    return pose;
}

// About the middle of the frame.
Transform frame_from_ref(double degrees, double dx, double dy) {
    const double cx = 0.5 * (kMoonWidth - 1), cy = 0.5 * (kMoonHeight - 1);
    return Transform::shift(cx + dx, cy + dy) * Transform::similarity(1, degrees * std::numbers::pi / 180, 0, 0) *
           Transform::shift(-cx, -cy);
}

// The camera turned about where it looks.
void turn(sim::BodyPose& pose, double degrees) {
    const double c = std::cos(degrees * std::numbers::pi / 180), s = std::sin(degrees * std::numbers::pi / 180);
    const auto mixed = [](double a, const sim::Vec3& u, double b, const sim::Vec3& v) {
        return sim::Vec3{a * u.x + b * v.x, a * u.y + b * v.y, a * u.z + b * v.z};
    };
    pose.frame_right = mixed(c, pose.axes.right, s, pose.axes.up);
    pose.frame_up = mixed(c, pose.axes.up, -s, pose.axes.right);
}

Image<float> exposed(const sim::BodyPose& pose, const sim::MoonFace& face, unsigned seed) {
    const sim::BodyImage image(pose, &face);
    std::mt19937 rng(seed);
    std::normal_distribution<double> normal;
    Image<float> out(kMoonWidth, kMoonHeight);
    std::vector<double> row(kMoonWidth);
    for (int y = 0; y < kMoonHeight; ++y) {
        std::fill(row.begin(), row.end(), 0.0);
        image.add_row(row.data(), kMoonWidth, y, sky::row_bands(kPattern, y));
        for (int x = 0; x < kMoonWidth; ++x) {
            const double light = row[static_cast<std::size_t>(x)];
            const double value = kPedestal + light + std::sqrt(light + kReadNoise * kReadNoise) * normal(rng);
            out.view()(x, y) = static_cast<float>(std::clamp(std::round(value), 0.0, 65535.0));
        }
    }
    return out;
}

}  // namespace

fs::path write_moon_mosaic(const fs::path& folder, int index, ImageView<const float> mosaic) {
    fs::create_directories(folder);
    SmallNightOptions o;
    o.object = "Moon";
    o.exposure_s = 0.0025;
    o.gain = 0;
    o.cfa = kPattern;
    const fs::path path = folder / ("moon_" + std::to_string(100 + index) + ".fits");
    io::write_fits(path, mosaic, plain_cards(o, index, "Light Frame"));
    return path;
}

namespace {

struct Sight {
    device::Planet body = device::Planet::moon;
    double radius_px = kRadiusPx;
    double blur_px = 1.1;
    double light_e = kLightE;
    bool lapses = false;
};

MoonNight write_night(const fs::path& folder, int frames, const Sight& sight) {
    const sim::MoonFace face;
    MoonNight night;
    night.folder = folder;
    night.mean = Image<float>(kMoonWidth, kMoonHeight);
    for (int i = 0; i < frames; ++i) {
        sim::BodyPose pose = first_pose(sight.body, sight.radius_px);
        const double degrees = 0.25 * i, cloud = i % 3 == 1 ? 0.88 : 1;
        const Transform placed = frame_from_ref(degrees, 2.3 * i, -1.4 * i);
        turn(pose, degrees);
        pose.centre = placed({228.4, 187.7});
        pose.blur_px = sight.blur_px + 0.15 * (i % 4);
        if (sight.lapses && i % 5 == 4) pose.blur_px = 4;
        pose.light_e = {0.8 * cloud * sight.light_e, cloud * sight.light_e, 0.6 * cloud * sight.light_e};
        const Image<float> mosaic = exposed(pose, face, static_cast<unsigned>(i + 1));
        for (int y = 0; y < kMoonHeight; ++y) {
            for (int x = 0; x < kMoonWidth; ++x)
                night.mean.view()(x, y) += mosaic.view()(x, y) / static_cast<float>(frames);
        }
        night.frames.push_back({write_moon_mosaic(folder, i, mosaic.cview()), placed.inverse(), pose.blur_px});
    }
    return night;
}

}  // namespace

MoonNight write_moon_night(const fs::path& folder, int frames, bool lapses) {
    Sight sight;
    sight.lapses = lapses;
    return write_night(folder, frames, sight);
}

MoonNight write_blurred_moon_night(const fs::path& folder, int frames, double blur_px) {
    Sight sight;
    sight.blur_px = blur_px;
    return write_night(folder, frames, sight);
}

MoonNight write_jupiter_night(const fs::path& folder, int frames, double blur_px) {
    constexpr double kRadius = 30;
    return write_night(
        folder, frames,
        {device::Planet::jupiter, kRadius, blur_px, kLightE * kRadius * kRadius / (kRadiusPx * kRadiusPx)});
}

std::vector<Point> write_landscape(const fs::path& folder, int frames) {
    SerialRunner runner;
    const device::Site site{9, 48, 300};
    sim::TwinSky sky({7, site, sim::PixelScale::twelve_bit}, runner);
    std::vector<sim::Exposed> all;
    std::vector<Point> middles;
    for (int i = 0; i < frames; ++i) {
        sim::Exposed e;
        e.kind = sim::Exposed::Kind::tile;
        // All at one moment: what is known of where frames lie is of the sky, which turns.
        e.begin = std::chrono::sys_days{std::chrono::year{2026} / 9 / 12} + std::chrono::hours(11);
        e.aim.place.azimuth_deg = 30 + 0.01 * i;
        e.aim.place.altitude_deg = 0.003 * i;
        e.binning = 1;
        e.exposure_s = 1;
        e.exposure_s = std::min(1.0, 2000 / sim::day_light(e, sim::lights_at(e.begin, site)).g);
        e.number = static_cast<std::uint64_t>(i) + 1;
        all.push_back(e);
        Image<std::uint16_t> raw(sim::TwinSky::width(e), sim::TwinSky::height(e));
        const sim::FrameRecord record = sky.expose(e, all.front(), raw.view());
        Image<float> mosaic(raw.width(), raw.height());
        for (int y = 0; y < raw.height(); ++y) {
            for (int x = 0; x < raw.width(); ++x) mosaic.view()(x, y) = raw.view()(x, y);
        }
        write_moon_mosaic(folder, i, mosaic.cview());
        middles.push_back(record.frame_from_first.inverse()({960, 540}));
    }
    return middles;
}

}  // namespace nightstack::test
