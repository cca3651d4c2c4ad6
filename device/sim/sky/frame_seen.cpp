// SPDX-License-Identifier: MIT
#include "device/sim/sky/frame_seen.h"

#include <algorithm>
#include <cmath>

#include "device/sim/sky/air.h"
#include "device/sim/sky/camera.h"
#include "device/sim/sky/mount.h"
#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

constexpr std::uint64_t kWindStream = 501;
constexpr double kSteady_px = 1.5;  // a star that moves less during an exposure is drawn as a point

// Relative change of the sky's light across the frame, as the renderer wants it.
double gradient(const sky::Rgb& from, const sky::Rgb& to) {
    const double sum = from.g + to.g;
    return sum > 0 ? std::clamp(2 * (to.g - from.g) / sum, -0.9, 0.9) : 0;
}

}  // namespace

Plane plane_of(const Exposed& exposed) {
    const CameraFacts& facts = camera_facts(exposed.camera);
    return {facts.focal_px, facts.width, facts.height};
}

std::optional<sky::Shake> motion(const Exposed& exposed, const Sight& sight, std::uint64_t seed) {
    const Plane plane = plane_of(exposed);
    const Point from = pixel_of(sight.middle.ahead, sight.begin, plane);
    const Point to = pixel_of(sight.middle.ahead, sight.end, plane);
    double dx = to.x - from.x, dy = to.y - from.y;
    if (std::hypot(dx, dy) < kSteady_px) dx = dy = 0;
    if (exposed.weather.wind_px > 0) {
        const double angle = 2 * sky::pi * sky::uniform_at(sky::stream_key(seed, kWindStream, exposed.number), 0);
        const double length = exposed.weather.wind_px * plane.focal_px / camera_facts(0).focal_px;
        // The wind blows to and fro: whichever end makes the line longer.
        const double sign = dx * std::cos(angle) + dy * std::sin(angle) < 0 ? -1 : 1;
        dx += sign * length * std::cos(angle);
        dy += sign * length * std::sin(angle);
    }
    const double length = std::min(std::hypot(dx, dy), kLongestLine_px);
    if (length < kSteady_px) return {};
    return sky::Shake{0, length, std::atan2(dy, dx)};
}

void set_air(sky::FrameTruth& truth, const Exposed& exposed, const Sight& sight, const Site& site, std::uint64_t seed) {
    const Plane plane = plane_of(exposed);
    const SkyTime middle = middle_of(exposed);
    const Lights lights = lights_at(middle, site);
    const auto light = [&](double x, double y) {
        const Vec3 d = direction_of(Point{x, y}, sight.middle, plane);
        return sky_light(exposed, altaz_of(d, middle, site), lights);
    };
    const Point c = plane.middle();
    truth.sky_e = light(c.x, c.y);
    truth.gradient_x = gradient(light(-0.5, c.y), light(plane.width - 0.5, c.y));
    truth.gradient_y = gradient(light(c.x, -0.5), light(c.x, plane.height - 0.5));
    truth.transparency = transparency(exposed, sight.place.altitude_deg, seed);
    truth.fwhm_px = star_fwhm_px(exposed, sight.place.altitude_deg, seed);
}

sky::FrameTruth as_stored(sky::FrameTruth truth, const Exposed& exposed) {
    if (!binned(exposed)) return truth;
    const auto half = [](Point p) { return Point{(p.x - 0.5) / 2, (p.y - 0.5) / 2}; };
    // A sum gathers pixels of one colour one apart from its middle: a variance of 1, of which 1/4 is the larger
    // pixel's.
    constexpr double kSpread_px = 2.3548 * 0.8660254;
    truth.frame_from_scene = sensor_from_stored(exposed).inverse() * truth.frame_from_scene;
    truth.fwhm_px = std::hypot(truth.fwhm_px, kSpread_px) / 2;
    truth.sky_e = truth.sky_e.times(4);
    for (sky::TrueStar& star : truth.stars) {
        const Point p = half({star.x, star.y});
        star.x = p.x;
        star.y = p.y;
    }
    for (sky::Trail& trail : truth.anomalies.trails) {
        trail.from = half(trail.from);
        trail.to = half(trail.to);
        trail.peak_e *= 4;
        trail.width_px = std::hypot(trail.width_px, kSpread_px) / 2;
    }
    if (truth.anomalies.shake) truth.anomalies.shake->length_px /= 2;
    return truth;
}

}  // namespace nightstack::device::sim
