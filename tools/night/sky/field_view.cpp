// SPDX-License-Identifier: MIT
#include "tools/night/sky/field_view.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/targets/named_things.h"
#include "pipeline/stages/astrometry/sky_plane.h"

namespace nightstack::tools {
namespace {

// Beyond are galaxies that no small telescope shows as more than a speck.
constexpr double kFaintest = 13;

Point middle_of(int width, int height) { return {0.5 * (width - 1), 0.5 * (height - 1)}; }

// From up to left, as seen from `from`.
double turn_to(Point from, Point to) { return std::atan2(from.x - to.x, from.y - to.y) * 180 / std::numbers::pi; }

// How far from the middle the corners are.
double reach_deg(const Wcs& wcs, int width, int height) {
    const SkyPoint middle = wcs.sky_from_pixel(middle_of(width, height));
    double reach = 0;
    for (const Point corner :
         {Point{0, 0}, Point{width - 1.0, 0}, Point{0, height - 1.0}, Point{width - 1.0, height - 1.0}})
        reach = std::max(reach, separation_deg(middle, wcs.sky_from_pixel(corner)));
    return reach;
}

}  // namespace

bool FieldCompass::mirrored() const {
    const double ahead = std::remainder(east_deg - north_deg, 360);
    return ahead < 0;
}

// The steps are taken in the plane that touches the sky at the middle, so that a pole in the field is nothing special.
FieldCompass compass_of(const Wcs& wcs, int width, int height) {
    const Point middle = middle_of(width, height);
    const SkyPoint sky = wcs.sky_from_pixel(middle);
    const double step_px = 10;  // of that plane: north is up in it, the rows count downwards
    const TangentPlane plane(direction_of(sky), wcs.arcsec_per_px());
    const auto turn = [&](Point towards) {
        const auto there = wcs.pixel_from_sky(sky_of(plane.direction(towards)));
        return there ? turn_to(middle, *there) : 0.0;
    };
    return {turn({0, -step_px}), turn({-step_px, 0})};
}

std::vector<NightSky::Object> objects_in(const Wcs& wcs, int width, int height, std::size_t most) {
    std::vector<NightSky::Object> objects;
    if (width < 1 || height < 1 || !wcs.is_sound()) return objects;
    const SkyPoint middle = wcs.sky_from_pixel(middle_of(width, height));
    const double reach = std::min(20.0, reach_deg(wcs, width, height));
    for (const device::NamedThing& thing : device::named_near({middle.ra_deg, middle.dec_deg}, reach, kFaintest)) {
        if (objects.size() == most) break;
        const auto at = wcs.pixel_from_sky({thing.place.ra_deg, thing.place.dec_deg});
        if (!at || at->x < -0.5 || at->y < -0.5 || at->x >= width - 0.5 || at->y >= height - 0.5) continue;
        objects.push_back({thing.name, at->x, at->y});
    }
    return objects;
}

// The inverse of Canvas::ref_from_canvas, which scales and shifts alone.
Wcs wcs_on(const Wcs& reference, const Canvas& canvas) {
    const auto shift = [&](int corner) { return (0.5 - corner) * canvas.scale - 0.5; };
    return rescaled(reference, canvas.scale, {shift(canvas.x0), shift(canvas.y0)});
}

Wcs wcs_shown(const Wcs& wcs, double factor) { return rescaled(wcs, factor, {0.5 * factor - 0.5, 0.5 * factor - 0.5}); }

}  // namespace nightstack::tools
