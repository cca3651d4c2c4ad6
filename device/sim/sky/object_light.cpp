// SPDX-License-Identifier: MIT
#include "device/sim/sky/object_light.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "device/sim/sky/camera.h"
#include "device/sim/sky/starlight.h"
#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

using sky::ExtendedObject;
using sky::Profile;

constexpr double kRad = std::numbers::pi / 180;
constexpr sky::Rgb kStarsOfGalaxy{0.85, 1.0, 0.6};
constexpr sky::Rgb kBulge{1.0, 1.0, 0.5};
constexpr sky::Rgb kHydrogen{1.5, 0.6, 0.7};
constexpr sky::Rgb kOxygen{0.45, 1.0, 0.95};
constexpr sky::Rgb kOldStars{0.85, 1.0, 0.6};

// An ellipse where an object stands; `angle_rad` is its position angle on the plane.
struct Ellipse {
    double x = 0, y = 0, half_major_px = 0, ratio = 1, angle_rad = 0;
};

Ellipse ellipse_of(const AtlasObject& object, const StarScene& plane) {
    const Vec3 d = direction_of(object.place);
    const Point p = pixel_of(d, plane.base, plane.plane);
    // A second point a little further along the major axis.
    const double dec = object.place.dec_deg * kRad, angle = static_cast<double>(object.angle_deg) * kRad;
    constexpr double kStep_deg = 0.01;
    const Equatorial further{object.place.ra_deg + kStep_deg * std::sin(angle) / std::max(0.01, std::cos(dec)),
                             object.place.dec_deg + kStep_deg * std::cos(angle)};
    const Point q = pixel_of(direction_of(further), plane.base, plane.plane);
    const double px_per_arcmin = plane.plane.focal_px * kRad / 60;
    const double major = std::max(0.3, static_cast<double>(object.major_arcmin));
    const double minor = std::clamp(static_cast<double>(object.minor_arcmin), 0.15 * major, major);
    return {p.x, p.y, major / 2 * px_per_arcmin, minor / major, std::atan2(q.y - p.y, q.x - p.x)};
}

void add(sky::Scene& scene, Profile profile, const Ellipse& at, double half_light_px, double ratio,
         const sky::Rgb& flux) {
    ExtendedObject o;
    o.profile = profile;
    o.x = at.x;
    o.y = at.y;
    o.half_light_px = std::max(1.0, half_light_px);
    o.axis_ratio = ratio;
    o.angle_rad = at.angle_rad;
    o.flux_e = flux;
    scene.extended.push_back(o);
}

// Lists give some nebulae the magnitude of the stars within. None shines brighter than this all over.
double nebula_magnitude(const AtlasObject& object) {
    constexpr double kBrightest = 20;  // of a square second of arc
    const double axes = static_cast<double>(object.major_arcmin) * static_cast<double>(object.minor_arcmin);
    const double area = std::numbers::pi / 4 * std::max(axes, 0.1) * 3600;
    return std::max(static_cast<double>(object.magnitude), kBrightest - 2.5 * std::log10(area));
}

// The isophote of 25 mag lies 3.2 scale lengths out on a disk of ordinary brightness, half of the light 1.68.
void add_galaxy(sky::Scene& scene, const Ellipse& at, const Exposed& exposed, double magnitude) {
    const auto part = [&](double share, const sky::Rgb& colour) {
        return coloured_electrons(exposed, magnitude, colour).times(share);
    };
    const double round = 0.5 * (1 + at.ratio);
    add(scene, Profile::exponential, at, at.half_major_px * 0.52, at.ratio, part(0.72, kStarsOfGalaxy));
    add(scene, Profile::gaussian, at, at.half_major_px * 0.10, round, part(0.16, kBulge));
    add(scene, Profile::gaussian, at, at.half_major_px * 0.035, round, part(0.09, kBulge));
    add(scene, Profile::gaussian, at, at.half_major_px * 0.01, 1, part(0.03, kBulge));
}

void add_nebula(sky::Scene& scene, const Ellipse& at, const sky::Rgb& flux, std::uint64_t key, int clumps) {
    add(scene, Profile::gaussian, at, at.half_major_px * 0.55, at.ratio, flux.times(0.3));
    add(scene, Profile::gaussian, at, at.half_major_px * 0.14, 0.5 * (1 + at.ratio), flux.times(0.15));
    add(scene, Profile::gaussian, at, at.half_major_px * 0.05, 0.5 * (1 + at.ratio), flux.times(0.1));
    for (int i = 0; i < clumps; ++i) {
        const auto draw = [&](std::uint64_t j) { return sky::bits_at(key, static_cast<std::uint64_t>(i) * 8 + j); };
        const auto even = [&](std::uint64_t j) { return sky::uniform_at(draw(j), 0); };
        const double u = 0.25 * at.half_major_px * sky::normal_at(draw(0), 0);
        const double v = 0.25 * at.half_major_px * at.ratio * sky::normal_at(draw(1), 0);
        Ellipse clump = at;
        clump.x += u * std::cos(at.angle_rad) - v * std::sin(at.angle_rad);
        clump.y += u * std::sin(at.angle_rad) + v * std::cos(at.angle_rad);
        clump.angle_rad = std::numbers::pi * even(2);
        add(scene, Profile::gaussian, clump, at.half_major_px * (0.07 + 0.35 * even(3) * even(4)),
            0.35 + 0.65 * even(5), flux.times(0.45 / clumps));
    }
}

void add_globular(sky::Scene& scene, const Ellipse& at, const sky::Rgb& flux) {
    add(scene, Profile::gaussian, at, at.half_major_px * 0.08, 1, flux.times(0.35));
    add(scene, Profile::exponential, at, at.half_major_px * 0.2, 1, flux.times(0.65));
}

// Fainter members than the atlas knows, denser towards the middle.
void add_members(sky::Scene& scene, const Ellipse& at, const Exposed& exposed, std::uint64_t key) {
    constexpr int kMembers = 50;
    for (std::uint64_t i = 0; i < kMembers; ++i) {
        const double x = at.x + 0.5 * at.half_major_px * sky::normal_at(key, 4 * i);
        const double y = at.y + 0.5 * at.half_major_px * sky::normal_at(key, 4 * i + 1);
        const double magnitude = 11.2 + 3.8 * std::sqrt(sky::uniform_at(key, 4 * i + 2));
        scene.stars.push_back({x, y, star_electrons(exposed, magnitude, 0.2 + 0.6 * sky::uniform_at(key, 4 * i + 3))});
    }
}

}  // namespace

void add_object(sky::Scene& scene, const AtlasObject& object, const StarScene& plane, const Exposed& exposed) {
    const Ellipse at = ellipse_of(object, plane);
    const auto magnitude = static_cast<double>(object.magnitude);
    const std::uint64_t key = sky::mixed(std::bit_cast<std::uint64_t>(object.place.ra_deg)) ^
                              std::bit_cast<std::uint64_t>(object.place.dec_deg);
    switch (object.kind) {
        case AtlasObject::Kind::galaxy: return add_galaxy(scene, at, exposed, magnitude);
        case AtlasObject::Kind::open_cluster: return add_members(scene, at, exposed, key);
        case AtlasObject::Kind::globular_cluster:
            return add_globular(scene, at, coloured_electrons(exposed, magnitude, kOldStars));
        case AtlasObject::Kind::nebula:
            return add_nebula(scene, at, coloured_electrons(exposed, nebula_magnitude(object), kHydrogen), key, 24);
        case AtlasObject::Kind::planetary_nebula:
            return add_nebula(scene, at, coloured_electrons(exposed, magnitude, kOxygen), key, 3);
    }
}

}  // namespace nightstack::device::sim
