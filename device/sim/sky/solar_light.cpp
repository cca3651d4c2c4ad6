// SPDX-License-Identifier: MIT
#include "device/sim/sky/solar_light.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/sim/sky/camera.h"
#include "device/sim/sky/starlight.h"
#include "device/targets/solar_system.h"

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;
constexpr double kSmallestDisk_px = 1.5;  // radius

sky::Rgb colour_of(Planet body) {
    switch (body) {
        case Planet::mars: return {1.2, 1.0, 0.45};
        case Planet::saturn: return {0.85, 1.0, 0.5};
        case Planet::uranus:
        case Planet::neptune: return {0.5, 1.0, 0.9};
        default: return {0.75, 1.0, 0.62};
    }
}

// Angle on the plane's pixels of a position angle at a place.
double angle_on(const StarScene& plane, const Equatorial& place, double position_angle_deg) {
    constexpr double kStep_deg = 0.005;
    const double a = position_angle_deg * kRad, c = std::max(0.01, std::cos(place.dec_deg * kRad));
    const Point from = pixel_of(direction_of(place), plane.base, plane.plane);
    const Equatorial further{place.ra_deg + kStep_deg * std::sin(a) / c, place.dec_deg + kStep_deg * std::cos(a)};
    const Point to = pixel_of(direction_of(further), plane.base, plane.plane);
    return std::atan2(to.y - from.y, to.x - from.x);
}

double radius_px(const BodyView& view, const Exposed& exposed) {
    return view.diameter_arcsec / 2 / 3600 * kRad * camera_facts(exposed.camera).focal_px;
}

bool shows_face(Planet body, const BodyView& view, const Exposed& exposed) {
    return has_face(body) && radius_px(view, exposed) >= kSmallestDisk_px;
}

// The four large ones, as stars.
void add_moons(sky::Scene& scene, const StarScene& plane, const BodyView& jupiter, const Exposed& exposed,
               SkyTime time) {
    const BodyAxes axes = body_axes(Planet::jupiter, jupiter, time);
    const Vec3 d = direction_of(jupiter.place);
    const double radius = jupiter.diameter_arcsec / 2 / 3600 * kRad;
    for (const SmallMoon& moon : moons_of_jupiter(time)) {
        if (moon.behind && std::hypot(moon.right, moon.up) < 1) continue;
        const double r = radius * moon.right, u = radius * moon.up;
        const Vec3 there{d.x + r * axes.right.x + u * axes.up.x, d.y + r * axes.right.y + u * axes.up.y,
                         d.z + r * axes.right.z + u * axes.up.z};
        const Point at = pixel_of(there, plane.base, plane.plane);
        constexpr double kMeanOpposition = -2.7;  // of Jupiter, when the moons have their magnitudes
        const double magnitude = moon.magnitude + jupiter.magnitude - kMeanOpposition;
        scene.stars.push_back({at.x, at.y, coloured_electrons(exposed, magnitude, {0.8, 1.0, 0.55})});
    }
}

void add_body(sky::Scene& scene, const StarScene& plane, const BodyView& view, const sky::Rgb& light) {
    const Point at = pixel_of(direction_of(view.place), plane.base, plane.plane);
    const double radius = view.diameter_arcsec / 2 / 3600 * kRad * plane.plane.focal_px;
    if (radius < kSmallestDisk_px) {
        scene.stars.push_back({at.x, at.y, light});
        return;
    }
    sky::ExtendedObject disk;
    disk.profile = sky::Profile::disk;
    disk.x = at.x;
    disk.y = at.y;
    disk.half_light_px = radius / std::numbers::sqrt2;
    disk.angle_rad = angle_on(plane, view.place, view.bright_limb_deg);
    disk.lit = std::clamp(view.illuminated, 0.005, 1.0);
    disk.flux_e = light;
    scene.extended.push_back(disk);
}

}  // namespace

sky::Scene solar_light(const StarScene& plane, const Vec3& middle, const Exposed& exposed, SkyTime time,
                       const Site& site) {
    sky::Scene scene;
    const Horizon horizon(site, time);
    const double reach = (camera_facts(exposed.camera).field_radius_deg + 1) * kRad;
    for (int i = 0; i <= static_cast<int>(Planet::moon); ++i) {
        const auto body = static_cast<Planet>(i);
        const BodyView view = view_of(body, horizon);
        if (dot(direction_of(view.place), middle) < std::cos(reach)) continue;
        if (body == Planet::jupiter) add_moons(scene, plane, view, exposed, time);
        if (shows_face(body, view, exposed)) continue;
        add_body(scene, plane, view, coloured_electrons(exposed, view.magnitude, colour_of(body)));
    }
    return scene;
}

std::vector<BodyPose> faces_in_view(const Attitude& camera, const Exposed& exposed, SkyTime time, const Site& site,
                                    double transparency, double fwhm_px) {
    constexpr double kSigma = 2.3548;
    const CameraFacts& facts = camera_facts(exposed.camera);
    const Horizon horizon(site, time);
    std::vector<BodyPose> poses;
    for (const Planet body : {Planet::jupiter, Planet::saturn, Planet::moon}) {
        const BodyView view = view_of(body, horizon);
        const Vec3 d = direction_of(view.place);
        if (dot(d, camera.ahead) < std::cos((facts.field_radius_deg + 1) * kRad)) continue;
        if (!shows_face(body, view, exposed)) continue;
        BodyPose pose;
        pose.body = body;
        pose.axes = body_axes(body, view, time);
        pose.frame_right = camera.right;
        pose.frame_up = camera.up;
        pose.centre = pixel_of(d, camera, {facts.focal_px, facts.width, facts.height});
        pose.radius_px = radius_px(view, exposed);
        pose.blur_px = fwhm_px / kSigma;
        pose.light_e = coloured_electrons(exposed, view.magnitude, colour_of(body)).times(transparency);
        poses.push_back(pose);
    }
    return poses;
}

}  // namespace nightstack::device::sim
