// SPDX-License-Identifier: MIT
#include "tools/night/sky/night_sky.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <numbers>
#include <utility>
#include <vector>

#include "device/targets/coordinates.h"
#include "device/targets/star_atlas.h"
#include "pipeline/core/error.h"
#include "pipeline/stages/astrometry/field_solver.h"
#include "tools/night/sky/field_view.h"
#include "tools/night/sky/sky_hints.h"
#include "tools/solve/wcs_header.h"

namespace nightstack::tools {
namespace {

constexpr double kFaintest = 12;  // the atlas ends near V 11
constexpr double kFlipBy_deg = 10;

std::string number(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::vector<CatalogueStar> atlas_around(const SkyPoint& place, double radius_deg) {
    std::vector<CatalogueStar> stars;
    for (const device::AtlasStar& s : device::stars_near({place.ra_deg, place.dec_deg}, radius_deg, kFaintest))
        stars.push_back({{s.place.ra_deg, s.place.dec_deg}, s.magnitude});
    return stars;
}

std::string north_words(double north_deg) {
    const double off = std::abs(north_deg);
    if (off < 0.5) return "north is up";
    if (off > 179.5) return "north is down";
    return "north is " + number("%.0f", off) + " deg " + (north_deg > 0 ? "left" : "right") + " of up";
}

// Everything but `text` that follows from the plate.
NightSky described(const Wcs& wcs, const StreamFormat& format, const std::vector<PlaceHint>& places) {
    NightSky sky;
    sky.solved = true;
    const SkyPoint middle = wcs.sky_from_pixel({0.5 * (format.width - 1), 0.5 * (format.height - 1)});
    sky.ra_deg = middle.ra_deg;
    sky.dec_deg = middle.dec_deg;
    sky.arcsec_per_px = wcs.arcsec_per_px();
    const FieldCompass compass = compass_of(wcs, format.width, format.height);
    sky.north_deg = compass.north_deg;
    sky.mirrored = compass.mirrored();
    if (!places.empty()) sky.off_deg = separation_deg(middle, places.front().place);
    sky.objects = objects_in(wcs, format.width, format.height);
    return sky;
}

std::string where_words(const NightSky& sky, const std::vector<PlaceHint>& places) {
    std::string text = device::format_coordinates({sky.ra_deg, sky.dec_deg}) + ", " +
                       number("%.2f", sky.arcsec_per_px) + " arcsec/px, " + north_words(sky.north_deg);
    if (sky.mirrored) text += ", mirrored";
    if (sky.off_deg) text += ", " + number("%.2f", *sky.off_deg) + " deg off " + places.front().whose;
    return text;
}

FoundSky with_plate(const SkyQuestion& question, const Wcs& wcs, const std::vector<PlaceHint>& places,
                    const std::string& how) {
    FoundSky found;
    found.sky = described(wcs, question.format, places);
    found.sky.text = where_words(found.sky, places) + " (" + how + ")";
    found.wcs = wcs;
    found.ledger = question.header;
    return found;
}

FoundSky solved(const SkyQuestion& question, const FieldSolution& solution, const std::vector<PlaceHint>& places) {
    FoundSky found =
        with_plate(question, solution.wcs, places,
                   std::to_string(solution.matched) + " stars, rms " + number("%.1f", solution.rms_arcsec) + " arcsec");
    const bool reversed = question.header.rows_reversed;
    found.ledger.cards =
        lines_of(wcs_cards(reversed ? turned_over(solution.wcs, question.format.height) : solution.wcs));
    return found;
}

FoundSky unsolved(const SkyQuestion& question, const std::string& why) {
    FoundSky found;
    found.sky.text = "not known where it looks: " + why;
    found.ledger = question.header;
    return found;
}

// The first search that proves something; else what the first said.
struct Outcome {
    std::optional<FieldSolution> solution;
    std::string why;
};
Outcome search(const SkyQuestion& question, const std::vector<PlaceHint>& places, const std::vector<double>& scales) {
    Outcome outcome;
    for (const SkyTry& next : tries_of(question.format, places, scales)) {
        try {
            next.hints.check();
            const auto catalogue = atlas_around(next.hints.near, next.hints.catalogue_radius_deg());
            FieldSolution solution = solve_field_near(question.stars, catalogue, next.hints);
            if (solution.ok()) return {std::move(solution), ""};
            if (outcome.why.empty()) outcome.why = solution.text;
            if (solution.verdict == FieldVerdict::too_few_stars) break;
        } catch (const OptionError& e) {  // a field too large, a scale that no telescope has
            if (outcome.why.empty()) outcome.why = e.what();
        }
    }
    return outcome;
}

FoundSky found_sky(const SkyQuestion& question) {
    if (question.format.width < 1 || question.format.height < 1) return unsolved(question, "the frame has no size");
    const std::optional<Wcs> plate = header_plate(question.header, question.format);
    const std::vector<PlaceHint> places = places_of(question, plate);
    const std::vector<double> scales = scales_of(question, plate);
    if (places.empty()) return unsolved(question, "neither a target nor the frame says where to look (--target)");
    if (scales.empty())
        return unsolved(question, "the frame tells neither focal length and pixel size nor a scope that is known");
    const Outcome outcome = search(question, places, scales);
    if (outcome.solution) return solved(question, *outcome.solution, places);
    if (plate) return with_plate(question, *plate, places, "as its header says; by the stars " + outcome.why);
    return unsolved(question, outcome.why);
}

}  // namespace

FoundSky find_sky(const SkyQuestion& question) {
    try {
        return found_sky(question);
    } catch (const std::exception& e) {
        return unsolved(question, e.what());
    }
}

bool is_flip(const Transform& ref_from_frame) {
    const double turn = std::abs(ref_from_frame.rotation_rad()) * 180 / std::numbers::pi;
    return std::isfinite(turn) && turn > 180 - kFlipBy_deg;
}

}  // namespace nightstack::tools
