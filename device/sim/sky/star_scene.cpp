// SPDX-License-Identifier: MIT
#include "device/sim/sky/star_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "device/sim/sky/camera.h"
#include "device/sim/sky/object_light.h"
#include "device/sim/sky/starlight.h"
#include "device/targets/star_atlas.h"

namespace nightstack::device::sim {
namespace {

constexpr double kRad = std::numbers::pi / 180;
constexpr std::size_t kKept = 6;
constexpr double kFaintest_e = 22;  // of a star in best focus: V 15.5 in 15 s of the tele camera
constexpr double kFaintestObject = 13;

double cell_deg(int camera) { return camera == 0 ? 0.4 : 3; }

// Cells of about equal sides in rows of declination.
struct Cell {
    long row = 0, column = 0;
};

long columns_of(long row, double side_deg) {
    const double dec = std::min(90.0, std::abs((static_cast<double>(row) + 0.5) * side_deg - 90));
    return std::max(1L, std::lround(360 / side_deg * std::cos(dec * kRad)));
}

Cell cell_of(const Equatorial& place, double side_deg) {
    const long row = static_cast<long>(std::floor((place.dec_deg + 90) / side_deg));
    const long columns = columns_of(row, side_deg);
    const long column = static_cast<long>(std::floor(place.ra_deg / 360 * static_cast<double>(columns)));
    return {row, std::clamp(column, 0L, columns - 1)};
}

Equatorial middle_of(const Cell& cell, double side_deg) {
    const double columns = static_cast<double>(columns_of(cell.row, side_deg));
    return {(static_cast<double>(cell.column) + 0.5) * 360 / columns,
            std::min(90.0, (static_cast<double>(cell.row) + 0.5) * side_deg - 90)};
}

Attitude north_up(const Equatorial& place) {
    const double a = place.ra_deg * kRad, d = place.dec_deg * kRad;
    return {{std::sin(a), -std::cos(a), 0},  // west is right
            {-std::sin(d) * std::cos(a), -std::sin(d) * std::sin(a), std::cos(d)},
            direction_of(place)};
}

}  // namespace

const StarScene& StarScenes::about(const Vec3& middle, const Exposed& exposed, double spread_px) {
    const CameraFacts& facts = camera_facts(exposed.camera);
    const double spread = spread_px / facts.best_fwhm_px;  // a star is seen when its peak is
    const double faintest = magnitude_of(exposed, kFaintest_e * std::max(1.0, spread * spread));
    const Cell cell = cell_of(place_of(middle), cell_deg(exposed.camera));
    // In steps of half a magnitude, so that the seeing does not make another scene of every frame.
    const Key key{exposed.camera,     cell.row,        cell.column,
                  exposed.exposure_s, exposed.ir_pass, 5 * static_cast<int>(std::ceil(faintest * 2 - 0.5))};
    const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& k) { return k.key == key; });
    if (found != kept_.end()) {
        std::rotate(found, found + 1, kept_.end());
        return kept_.back().scene;
    }
    if (kept_.size() >= kKept) kept_.erase(kept_.begin());
    kept_.push_back({key, make(key, exposed)});
    return kept_.back().scene;
}

StarScene StarScenes::make(const Key& key, const Exposed& exposed) const {
    const CameraFacts& facts = camera_facts(exposed.camera);
    const Equatorial middle = middle_of({key.row, key.column}, cell_deg(exposed.camera));
    const double margin = cell_deg(exposed.camera) + (exposed.camera == 0 ? 0.5 : 3);
    const double radius = facts.field_radius_deg + margin;
    StarScene made{north_up(middle), {facts.focal_px, facts.width, facts.height}, {}};
    auto scene = std::make_shared<sky::Scene>();
    for (const AtlasStar& star : stars_near(middle, radius, key.faintest_tenths * 0.1, seed_)) {
        const Point p = pixel_of(direction_of(star.place), made.base, made.plane);
        const auto colour = static_cast<double>(star.colour);
        scene->stars.push_back({p.x, p.y, star_electrons(exposed, static_cast<double>(star.magnitude), colour)});
    }
    for (const AtlasObject& object : objects_near(middle, radius, kFaintestObject))
        add_object(*scene, object, made, exposed);
    std::stable_sort(scene->stars.begin(), scene->stars.end(),
                     [](const sky::SceneStar& a, const sky::SceneStar& b) { return a.flux_e.g > b.flux_e.g; });
    made.scene = std::move(scene);
    return made;
}

}  // namespace nightstack::device::sim
