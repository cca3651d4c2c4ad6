// SPDX-License-Identifier: MIT
#include "device/sim/landscape/landscape.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "device/sim/landscape/day_sky.h"
#include "device/sim/landscape/ground.h"
#include "device/sim/landscape/ridges.h"
#include "device/sim/landscape/things.h"
#include "pipeline/sky/random.h"

namespace nightstack::device::sim {
namespace {

constexpr double kDeg = 180 / std::numbers::pi;
constexpr double kSkylinePixel_deg = 0.001;
constexpr float kOpaque = 0.004F;      // what lets no more through hides all behind it
constexpr double kOverThings_deg = 9;  // things rise no higher above the level

struct Direction3 {
    double east = 0, north = 0, up = 0;
};

Direction3 direction(double azimuth_deg, double altitude_deg) {
    const double a = azimuth_deg / kDeg, h = altitude_deg / kDeg;
    return {std::sin(a) * std::cos(h), std::cos(a) * std::cos(h), std::sin(h)};
}

// With an azimuth in 0..360.
LandscapeCamera normal(LandscapeCamera camera) {
    camera.azimuth_deg = std::fmod(std::fmod(camera.azimuth_deg, 360.0) + 360, 360.0);
    return camera;
}

double wrapped(double azimuth_deg) {
    if (azimuth_deg < 0) return azimuth_deg + 360;
    return azimuth_deg >= 360 ? azimuth_deg - 360 : azimuth_deg;
}

}  // namespace

class Landscape::Parts {
public:
    explicit Parts(std::uint64_t s) : seed(s), noise(s), skyline(kSkylinePixel_deg) {}
    std::uint64_t seed;
    Noise noise;
    Ridges skyline;
};

Landscape::Landscape(std::uint64_t seed) : parts_(std::make_unique<const Parts>(seed)) {}
Landscape::~Landscape() = default;

double Landscape::skyline_deg(double azimuth_deg) const {
    const RidgeHeights heights = parts_->skyline.at(parts_->noise, wrapped(std::fmod(azimuth_deg, 360.0)));
    return static_cast<double>(*std::ranges::max_element(heights));
}

class LandscapeView::Parts {
public:
    Parts(const Landscape::Parts& land, const LandscapeCamera& camera, const LandscapeLight& light)
        : land_(land),
          c_(normal(camera)),
          light_(light),
          pixel_deg_(std::max(1.0, camera.blur_px) * kDeg / camera.focal_px),
          ahead_(direction(camera.azimuth_deg, camera.altitude_deg)),
          up_(direction(camera.azimuth_deg, camera.altitude_deg + 90)),
          right_(direction(camera.azimuth_deg + 90, 0)),
          sun_(direction(light.sun_azimuth_deg, light.sun_altitude_deg)),
          day_sky_(light, pixel_deg_),
          ground_(pixel_deg_) {
        find_part();
        if (part_.lowest_deg > kOverThings_deg) return;
        fill_ridges();
        place_things();
    }

    bool seen() const { return day_sky_.day() > 0 || part_.lowest_deg < kOverThings_deg; }
    RowLight row_light(int y) const;

private:
    struct Placed {
        Thing thing;
        int top = 0, bottom = 0;  // rows it may be seen in
        int left = 0, right = 0;
    };

    Direction3 direction_at(double x, double y) const;
    void find_part();
    void fill_ridges();
    void place_things();
    void place(const Thing& thing);
    Sight sight(int x, int y) const;
    SightRow sights(int y) const;
    RidgeHeights heights(double azimuth_deg) const;
    Colour3 lit(const Colour3& albedo) const { return albedo * illumination_; }
    // Add what is seen through what is in front: RowLight::left is what that lets through.
    void add_things(const SightRow& row, int y, RowLight& light) const;
    void add_land(GroundRow& ground, const SightRow& row, std::size_t x, RowLight& light) const;

    const Landscape::Parts& land_;
    const LandscapeCamera c_;
    const LandscapeLight light_;
    const double pixel_deg_;
    const Direction3 ahead_, up_, right_, sun_;
    const DaySky day_sky_;
    const Ground ground_;
    Colour3 illumination_;
    HorizonPart part_;
    double ridge_step_deg_ = 1;
    std::vector<RidgeHeights> ridges_;  // at part_.from_deg + i * ridge_step_deg_
    std::vector<Placed> things_;
};

Direction3 LandscapeView::Parts::direction_at(double x, double y) const {
    const double r = (x - (c_.width - 1) / 2.0) / c_.focal_px, u = ((c_.height - 1) / 2.0 - y) / c_.focal_px;
    const double n = 1 / std::sqrt(1 + r * r + u * u);
    return {(ahead_.east + r * right_.east + u * up_.east) * n, (ahead_.north + r * right_.north + u * up_.north) * n,
            (ahead_.up + r * right_.up + u * up_.up) * n};
}

// The part of the horizon that the frame shows, by its edges.
void LandscapeView::Parts::find_part() {
    double lowest = 90, highest = -90, left = 0, right = 0;
    constexpr int kSteps = 32;
    for (int i = 0; i <= kSteps; ++i) {
        const double t = static_cast<double>(i) / kSteps, x = t * (c_.width - 1), y = t * (c_.height - 1);
        for (const Direction3& d : {direction_at(x, 0), direction_at(x, c_.height - 1.0), direction_at(0, y),
                                    direction_at(c_.width - 1.0, y)}) {
            const double altitude = std::asin(std::clamp(d.up, -1.0, 1.0)) * kDeg;
            lowest = std::min(lowest, altitude);
            highest = std::max(highest, altitude);
            const double beside = std::remainder(std::atan2(d.east, d.north) * kDeg - c_.azimuth_deg, 360.0);
            left = std::min(left, beside);
            right = std::max(right, beside);
        }
    }
    const double half = std::atan(std::hypot(c_.width, c_.height) / 2 / c_.focal_px) * kDeg;
    if (std::abs(c_.altitude_deg) + half > 85) {  // zenith or nadir is near: all around
        left = -180;
        right = 180;
        if (c_.altitude_deg < 0) lowest = -90;
    }
    part_ = {std::fmod(c_.azimuth_deg + left - 0.1 + 720, 360.0), std::min(360.0, right - left + 0.2), lowest - 0.05,
             highest + 0.05};
    const float sun = ramp(-1, 8, static_cast<float>(light_.sun_altitude_deg));
    illumination_ = light_.day * 0.75F + light_.night * 0.6F + light_.sunlit * (light_.day.g * 3.2F * sun);
}

void LandscapeView::Parts::fill_ridges() {
    constexpr double kMostSteps = 20'000;
    ridge_step_deg_ = std::max(0.5 * pixel_deg_, part_.width_deg / kMostSteps);
    const Ridges ridges(pixel_deg_);
    const int steps = static_cast<int>(part_.width_deg / ridge_step_deg_) + 3;
    for (int i = 0; i < steps; ++i)
        ridges_.push_back(ridges.at(land_.noise, wrapped(std::fmod(part_.from_deg + i * ridge_step_deg_, 360.0))));
}

RidgeHeights LandscapeView::Parts::heights(double azimuth_deg) const {
    double along = azimuth_deg - part_.from_deg;
    if (along < 0) along += 360;
    const double place = std::clamp(along / ridge_step_deg_, 0.0, static_cast<double>(ridges_.size() - 2));
    const auto i = static_cast<std::size_t>(place);
    const auto part = static_cast<float>(place - static_cast<double>(i));
    RidgeHeights h;
    for (std::size_t k = 0; k < h.size(); ++k) h[k] = ridges_[i][k] + (ridges_[i + 1][k] - ridges_[i][k]) * part;
    return h;
}

void LandscapeView::Parts::place_things() {
    for (const Thing& thing : things_in(part_, 1.5 * pixel_deg_, land_.seed)) place(thing);
}

void LandscapeView::Parts::place(const Thing& thing) {
    Placed placed{thing, c_.height, -1, c_.width, -1};
    const double beside = half_width(thing.kind) * thing.height_deg / std::cos(thing.foot_deg / kDeg);
    for (const double dx : {-beside, 0.0, beside}) {
        for (const double dy : {-0.1, 0.5, 1.1}) {
            const Direction3 d = direction(thing.azimuth_deg + dx, thing.foot_deg + dy * thing.height_deg);
            const double ahead = d.east * ahead_.east + d.north * ahead_.north + d.up * ahead_.up;
            if (ahead < 0.1) return;
            const double r = (d.east * right_.east + d.north * right_.north + d.up * right_.up) / ahead;
            const double u = (d.east * up_.east + d.north * up_.north + d.up * up_.up) / ahead;
            const double x = (c_.width - 1) / 2.0 + c_.focal_px * r, y = (c_.height - 1) / 2.0 - c_.focal_px * u;
            placed.left = std::min(placed.left, static_cast<int>(std::clamp(x - 2, -1.0, 1e6)));
            placed.right = std::max(placed.right, static_cast<int>(std::clamp(x + 2, -1.0, 1e6)));
            placed.top = std::min(placed.top, static_cast<int>(std::clamp(y - 2, -1.0, 1e6)));
            placed.bottom = std::max(placed.bottom, static_cast<int>(std::clamp(y + 2, -1.0, 1e6)));
        }
    }
    placed.left = std::max(placed.left, 0);
    placed.right = std::min(placed.right, c_.width - 1);
    if (placed.left <= placed.right && placed.top < c_.height && placed.bottom >= 0) things_.push_back(placed);
}

Sight LandscapeView::Parts::sight(int x, int y) const {
    const Direction3 d = direction_at(x, y);
    const double level = std::max(1e-9, std::hypot(d.east, d.north));
    const double altitude = std::asin(std::clamp(d.up, -1.0, 1.0)) * kDeg;
    Sight s{std::remainder(std::atan2(d.east, d.north) * kDeg - c_.azimuth_deg, 360.0),
            altitude,
            std::log(std::max(0.05, -altitude)),
            {d.up, d.east / level, d.north / level, d.east * sun_.east + d.north * sun_.north + d.up * sun_.up},
            {},
            {}};
    if (altitude < kOverThings_deg) s.haze = day_sky_.haze(s.sky) + light_.night * 0.5F;
    if (altitude > -1) s.clear = day_sky_.clear(s.sky);
    return s;
}

SightRow LandscapeView::Parts::sights(int y) const {
    const std::size_t knots = (static_cast<std::size_t>(c_.width) + kKnot_px - 1) / kKnot_px;
    SightRow row(knots * kKnot_px + 1);
    Sight a = sight(0, y);
    for (std::size_t k = 0; k < knots; ++k) {
        const Sight b = sight(static_cast<int>((k + 1) * kKnot_px), y);
        const double turn = std::remainder(b.azimuth_deg - a.azimuth_deg, 360.0);
        for (std::size_t i = 0; i < kKnot_px + (k + 1 == knots ? 1 : 0); ++i) {
            const double t = static_cast<double>(i) / static_cast<double>(kKnot_px);
            const auto between = [t](double from, double to) { return from + (to - from) * t; };
            const auto part = static_cast<float>(t);
            row[k * kKnot_px + i] = {wrapped(a.azimuth_deg + turn * t + c_.azimuth_deg),
                                     between(a.altitude_deg, b.altitude_deg),
                                     between(a.depth, b.depth),
                                     {between(a.sky.height, b.sky.height), between(a.sky.east, b.sky.east),
                                      between(a.sky.north, b.sky.north), between(a.sky.to_sun, b.sky.to_sun)},
                                     mix(a.clear, b.clear, part),
                                     mix(a.haze, b.haze, part)};
        }
        a = b;
    }
    return row;
}

void LandscapeView::Parts::add_things(const SightRow& row, int y, RowLight& light) const {
    for (const Placed& p : things_) {
        if (y < p.top || y > p.bottom) continue;
        const Thing& t = p.thing;
        const double shrink = std::cos(t.foot_deg / kDeg) / t.height_deg;
        const auto pixels = static_cast<float>(t.height_deg / pixel_deg_);
        const auto sun_x = static_cast<float>(std::sin((light_.sun_azimuth_deg - t.azimuth_deg) / kDeg));
        const float haze = Ground::haze(Ridge::plain, t.foot_deg);
        const auto half = static_cast<float>(half_width(t.kind));
        for (auto x = static_cast<std::size_t>(p.left); x <= static_cast<std::size_t>(p.right); ++x) {
            if (light.left[x] < kOpaque) continue;
            const Sight& s = row[x];
            double beside = s.azimuth_deg - t.azimuth_deg;
            beside += beside > 180 ? -360 : beside < -180 ? 360 : 0;
            const auto tx = static_cast<float>(beside * shrink);
            const auto ty = static_cast<float>((s.altitude_deg - t.foot_deg) / t.height_deg);
            if (std::abs(tx) > half || ty < -0.1F || ty > 1.1F) continue;
            const ThingSeen thing = seen_thing(t, land_.noise, tx, ty, pixels, sun_x);
            const float part = thing.cover * light.left[x];
            light.land[x] = light.land[x] + mix(lit(thing.albedo), s.haze, haze) * part;
            light.left[x] -= part;
        }
    }
}

// Of mountains, hills, woods and plain; front first.
void LandscapeView::Parts::add_land(GroundRow& ground, const SightRow& row, std::size_t x, RowLight& light) const {
    const Sight& s = row[x];
    if (s.altitude_deg > kHighestRidge_deg) return;
    const RidgeHeights tops = heights(s.azimuth_deg);
    for (int k = kRidges - 1; k >= 0 && light.left[x] > kOpaque; --k) {
        const float top = tops[static_cast<std::size_t>(k)];
        const auto over = static_cast<float>((static_cast<double>(top) - s.altitude_deg) / pixel_deg_);
        const float part = std::clamp(over + 0.5F, 0.0F, 1.0F) * light.left[x];
        if (part <= 0) continue;
        const auto ridge = static_cast<Ridge>(k);
        const Colour3 seen = mix(lit(ground.albedo(ridge, x, top)), s.haze, Ground::haze(ridge, s.altitude_deg));
        light.land[x] = light.land[x] + seen * part;
        light.left[x] -= part;
    }
}

RowLight LandscapeView::Parts::row_light(int y) const {
    const SightRow row = sights(y);
    const auto width = static_cast<std::size_t>(c_.width);
    RowLight light{std::vector<Colour3>(width), std::vector<Colour3>(width), std::vector<float>(width, 1.0F)};
    if (!ridges_.empty()) {
        add_things(row, y, light);
        GroundRow ground(ground_, land_.noise, row);
        for (std::size_t x = 0; x < width; ++x) {
            if (light.left[x] > kOpaque) add_land(ground, row, x, light);
            if (light.left[x] <= kOpaque) light.left[x] = 0;
        }
    }
    const float day = day_sky_.day();
    if (day <= 0) return light;
    for (std::size_t x = 0; x < width; ++x) {
        if (light.left[x] <= 0) continue;
        const Colour3 all = day_sky_.light(land_.noise, row[x].sky, row[x].clear);
        light.sky[x] = (all + light_.day * -1.0F) * day;
    }
    return light;
}

LandscapeView::LandscapeView(const Landscape& landscape, const LandscapeCamera& camera, const LandscapeLight& light)
    : parts_(std::make_unique<const Parts>(landscape.parts(), camera, light)) {}
LandscapeView::~LandscapeView() = default;
bool LandscapeView::seen() const { return parts_->seen(); }
RowLight LandscapeView::row_light(int y) const { return parts_->row_light(y); }

}  // namespace nightstack::device::sim
