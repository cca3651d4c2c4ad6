// SPDX-License-Identifier: MIT
// Frames of the real sky with known truth for the tests of the field solver: stars of the atlas on a plate of any
// place, scale, turn and parity, and what goes wrong with star lists.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "device/targets/star_atlas.h"
#include "pipeline/core/star.h"
#include "pipeline/stages/astrometry/field_solver.h"

namespace nightstack::testing_sky {

inline constexpr double kTele_arcsec = 2.991;  // of the DWARF II's tele camera, 3840 x 2160; binned twice that

inline double uniform(std::mt19937& rng, double a, double b) {
    return a + (b - a) * (static_cast<double>(rng()) / 4294967296.0);
}

inline double gauss(std::mt19937& rng) {
    const double u = uniform(rng, 1e-12, 1);
    return std::sqrt(-2 * std::log(u)) * std::cos(uniform(rng, 0, 2 * std::numbers::pi));
}

// The point `distance_deg` from `from` in the direction of a position angle.
inline SkyPoint displaced(const SkyPoint& from, double distance_deg, double position_angle_deg) {
    constexpr double degree = std::numbers::pi / 180;
    const double d = distance_deg * degree;
    const double pa = position_angle_deg * degree;
    const double dec = from.dec_deg * degree;
    const double z = std::sin(dec) * std::cos(d) + std::cos(dec) * std::sin(d) * std::cos(pa);
    const double y = std::sin(d) * std::sin(pa);
    const double x = std::cos(dec) * std::cos(d) - std::sin(dec) * std::sin(d) * std::cos(pa);
    const double ra = std::fmod(from.ra_deg + std::atan2(y, x) / degree + 720, 360);
    return {ra, std::atan2(z, std::hypot(x, y)) / degree};
}

// Galactic to J2000 (the pole at RA 192.85948, Dec 27.12825, the centre's direction by l of the celestial pole,
// 122.93192).
inline SkyPoint galactic(double l_deg, double b_deg) {
    const SkyPoint pole{192.85948, 27.12825};
    // Galactic longitude grows with decreasing position angle about the pole; the celestial pole lies at 0.
    return displaced(pole, 90 - b_deg, 122.93192 - l_deg);
}

inline std::vector<CatalogueStar> catalogue_around(const SkyPoint& centre, double radius_deg, double faintest = 11) {
    std::vector<CatalogueStar> stars;
    for (const auto& s : device::stars_near({centre.ra_deg, centre.dec_deg}, radius_deg, faintest))
        stars.push_back({{s.place.ra_deg, s.place.dec_deg}, s.magnitude});
    return stars;
}

struct FieldSpec {
    SkyPoint centre;
    int width = 1920;
    int height = 1080;
    double arcsec_per_px = 2 * kTele_arcsec;
    double up_deg = 0;  // position angle of the picture's upward direction
    bool mirrored = false;
    double faintest = 11;
    std::optional<std::uint64_t> fainter_seed;  // made-up stars, which no catalogue has, down to `faintest`
    double missing = 0.3;                       // part of the stars,
    double spurious = 0.3;                      // and of those left so many more that are none
    double magnitude_scatter = 0.5;
    double noise_px = 0.3;  // per axis
    std::optional<RadialDistortion> lens;
};

inline Wcs plate_of(const FieldSpec& spec) {
    const double s = spec.arcsec_per_px / 3600;
    const double up = spec.up_deg * std::numbers::pi / 180;
    const double parity = spec.mirrored ? -1 : 1;
    Wcs wcs;
    wcs.reference = spec.centre;
    wcs.reference_pixel = {0.5 * (spec.width - 1), 0.5 * (spec.height - 1)};
    wcs.cd = {-parity * s * std::cos(up), -s * std::sin(up), parity * s * std::sin(up), -s * std::cos(up)};
    return wcs;
}

struct SyntheticField {
    StarList stars;
    int shown = 0;  // stars of the catalogue in the frame, before some went missing
    Wcs truth;      // of the ideal plane, without the lens
};

inline void add_star(StarList& list, double x, double y, double magnitude) {
    const double flux = std::pow(10, 0.4 * (16 - magnitude));
    list.push_back({.x = x, .y = y, .flux = flux, .fwhm_px = 3, .roundness = 0.95, .snr = 30});
}

// What the sky has in the frame, brightest first; `most` of them.
inline std::vector<std::pair<Point, device::AtlasStar>> stars_in_frame(const FieldSpec& spec, std::size_t most) {
    const Wcs truth = plate_of(spec);
    const double reach = 0.6 * std::hypot(spec.width, spec.height) * spec.arcsec_per_px / 3600;
    std::vector<std::pair<Point, device::AtlasStar>> shown;
    for (const auto& s :
         device::stars_near({spec.centre.ra_deg, spec.centre.dec_deg}, reach, spec.faintest, spec.fainter_seed)) {
        auto p = truth.pixel_from_sky({s.place.ra_deg, s.place.dec_deg});
        if (p && spec.lens) p = spec.lens->frame_from_ideal(*p);
        if (!p || p->x < 1 || p->y < 1 || p->x > spec.width - 2 || p->y > spec.height - 2) continue;
        if (shown.size() < most) shown.emplace_back(*p, s);
    }
    return shown;
}

inline SyntheticField make_field(std::mt19937& rng, const FieldSpec& spec, std::size_t most = 100'000) {
    SyntheticField field;
    field.truth = plate_of(spec);
    auto shown = stars_in_frame(spec, most);
    field.shown =
        static_cast<int>(std::count_if(shown.begin(), shown.end(), [](const auto& s) { return s.second.real; }));
    std::shuffle(shown.begin(), shown.end(), rng);
    shown.resize(shown.size() -
                 static_cast<std::size_t>(std::lround(spec.missing * static_cast<double>(shown.size()))));
    for (const auto& [p, star] : shown) {
        add_star(field.stars, p.x + spec.noise_px * gauss(rng), p.y + spec.noise_px * gauss(rng),
                 star.magnitude + spec.magnitude_scatter * gauss(rng));
    }
    const auto strangers = std::lround(spec.spurious * static_cast<double>(shown.size()));
    for (int i = 0; i < strangers; ++i) {
        add_star(field.stars, uniform(rng, 0, spec.width - 1), uniform(rng, 0, spec.height - 1),
                 shown[rng() % shown.size()].second.magnitude + spec.magnitude_scatter * gauss(rng));
    }
    std::sort(field.stars.begin(), field.stars.end(), [](const Star& a, const Star& b) { return a.flux > b.flux; });
    return field;
}

inline FieldHints hints_of(const FieldSpec& spec, const SkyPoint& near) {
    FieldHints hints;
    hints.width = spec.width;
    hints.height = spec.height;
    hints.near = near;
    hints.arcsec_per_px = spec.width > 2000 ? kTele_arcsec : 2 * kTele_arcsec;
    hints.allow_mirrored = spec.mirrored;
    return hints;
}

// The largest distance of two plates over a grid of the frame, arcsec.
inline double grid_error_arcsec(const Wcs& a, const Wcs& b, int width, int height) {
    double most = 0;
    for (int i = 0; i < 25; ++i) {
        const Point p{(width - 1) * (i % 5) / 4.0, (height - 1) * (i / 5) / 4.0};
        most = std::max(most, 3600 * separation_deg(a.sky_from_pixel(p), b.sky_from_pixel(p)));
    }
    return most;
}

}  // namespace nightstack::testing_sky
