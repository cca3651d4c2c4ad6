// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/field_solver.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/stages/astrometry/catalogue_field.h"
#include "pipeline/stages/astrometry/plate_fit.h"
#include "pipeline/stages/astrometry/sky_search.h"
#include "pipeline/stages/registration/pairing.h"

namespace nightstack {
namespace {

constexpr double kSeparation_px = 1.5;  // closer than this to a brighter star = the same star listed twice
constexpr int kMostStars = 500;
constexpr int kLeastMatched = 5;
constexpr double kMostDiagonal_deg = 15;  // in a wider frame the planes about star and middle differ too much
constexpr double kAmbiguous = 0.5;        // another place with this part of the best one's proof

std::string number(double value, int decimals) {  // a point in every locale
    std::array<char, 400> text{};
    char* const last = text.data() + text.size();
    return {text.data(), std::to_chars(text.data(), last, value, std::chars_format::fixed, decimals).ptr};
}

std::string place_words(const SkyPoint& sky) {
    return "RA " + number(sky.ra_deg, 4) + ", Dec " + (sky.dec_deg < 0 ? "" : "+") + number(sky.dec_deg, 4);
}

std::string_view compass_word(double position_angle_deg) {
    constexpr std::array<std::string_view, 8> words{"north", "north-east", "east", "south-east",
                                                    "south", "south-west", "west", "north-west"};
    return words[static_cast<std::size_t>(std::lround(position_angle_deg / 45)) % words.size()];
}

FieldSolution refused(FieldSolution solution, FieldVerdict verdict, std::string text) {
    solution.verdict = verdict;
    solution.text = std::move(text);
    return solution;
}

SearchFrame search_frame(std::span<const Star> stars, const FieldHints& hints) {
    StarList list(stars.begin(), stars.end());
    SearchFrame frame;
    frame.width_px = hints.width;
    frame.height_px = hints.height;
    frame.middle = {0.5 * (hints.width - 1), 0.5 * (hints.height - 1)};
    frame.stars = usable_stars(list, kSeparation_px, kMostStars);
    // One pixel of grace: what lies farther outside cannot have been seen.
    std::erase_if(frame.stars,
                  [&](const StarPoint& s) { return s.x < -1 || s.y < -1 || s.x > hints.width || s.y > hints.height; });
    if (!hints.lens) return frame;
    frame.middle = hints.lens->ideal_from_frame(frame.middle);
    for (StarPoint& s : frame.stars) {
        const Point p = hints.lens->ideal_from_frame({s.x, s.y});
        s = {p.x, p.y, s.index};
    }
    return frame;
}

// Pixels of the search back to those of the frame.
std::vector<PlatePair> plate_pairs(const SkyMatch& match, const FieldHints& hints) {
    std::vector<PlatePair> pairs;
    for (const SkyPair& p : match.pairs) {
        Point pixel{match.mirrored ? -p.pixel.x : p.pixel.x, p.pixel.y};
        if (hints.lens) pixel = hints.lens->frame_from_ideal(pixel);
        pairs.push_back({pixel, p.sky});
    }
    return pairs;
}

// All stars of the catalogue that the solution finds in the frame: under a distortion these are more than the
// similarity of the search could pair.
std::vector<PlatePair> paired_again(const Wcs& wcs, const CatalogueField& catalogue, std::span<const Star> stars,
                                    const SearchFrame& frame, const FieldHints& hints) {
    const SkyPoint middle = wcs.sky_from_pixel({0.5 * (hints.width - 1), 0.5 * (hints.height - 1)});
    std::vector<StarPoint> seen;
    for (const StarPoint& s : frame.stars) {
        const Star& star = stars[static_cast<std::size_t>(s.index)];
        seen.push_back({star.x, star.y, s.index});
    }
    std::vector<Point> places;
    std::vector<Direction> sky;
    for (const Direction& d : catalogue.in_cone(direction_of(middle), 0.55 * hints.diagonal_deg())) {
        const auto place = wcs.pixel_from_sky(sky_of(d));
        if (!place) continue;
        places.push_back(*place);
        sky.push_back(d);
    }
    std::vector<PlatePair> pairs;
    for (const StarPair& p : PairFinder(seen).pairs(places, match_radius_px(frame))) {
        const StarPoint& s = seen[static_cast<std::size_t>(p.ref)];
        pairs.push_back({{s.x, s.y}, sky[static_cast<std::size_t>(p.frame)]});
    }
    return pairs;
}

std::optional<PlateFit> fitted(const SkyMatch& match, const CatalogueField& catalogue, std::span<const Star> stars,
                               const SearchFrame& frame, const FieldHints& hints) {
    const PlateOptions o{hints.width, hints.height, hints.arcsec_per_px, match.mirrored, hints.lens};
    std::optional<PlateFit> fit = fit_plate(plate_pairs(match, hints), match.plane.touch(), o);
    for (int round = 0; fit && round < 2; ++round) {
        const std::vector<PlatePair> pairs = paired_again(fit->wcs, catalogue, stars, frame, hints);
        auto again = fit_plate(pairs, direction_of(fit->wcs.reference), o);
        if (!again || again->matched < fit->matched) break;
        fit = std::move(again);
    }
    return fit;
}

std::string solved_words(const FieldSolution& s) {
    return place_words(s.centre) + ", " + number(s.wcs.arcsec_per_px(), 3) + " arcsec per pixel, up is " +
           number(s.wcs.rotation_deg(), 1) + " degrees east of north" + (s.mirrored ? ", mirrored" : "") + "; " +
           std::to_string(s.matched) + " stars, " + number(s.rms_px, 2) + " px rms (" + number(s.rms_arcsec, 2) +
           " arcsec), proof " + number(s.proof, 1) + "; " + number(s.off_deg, 2) + " degrees off towards the " +
           std::string(compass_word(s.off_towards_deg));
}

FieldSolution solved(FieldSolution s, const SkyMatch& match, const PlateFit& fit, const FieldHints& hints) {
    s.verdict = FieldVerdict::solved;
    s.wcs = fit.wcs;
    s.mirrored = match.mirrored;
    s.matched = fit.matched;
    s.rms_px = fit.rms_px;
    s.rms_arcsec = fit.rms_px * fit.wcs.arcsec_per_px();
    s.bend_px = fit.bend_px;
    s.centre = fit.wcs.sky_from_pixel({0.5 * (hints.width - 1), 0.5 * (hints.height - 1)});
    s.off_deg = separation_deg(hints.near, s.centre);
    s.off_towards_deg = position_angle_deg(hints.near, s.centre);
    s.text = solved_words(s);
    return s;
}

std::string two_places(const SkySearch& search) {
    const auto words = [](const SkyMatch& m) {
        return place_words(sky_of(m.plane.touch())) + " (proof " + number(m.proof, 1) +
               (m.mirrored ? ", mirrored)" : ")");
    };
    return "ambiguous: the stars fit " + words(search.found[0]) + " and " + words(search.found[1]);
}

void refuse(const std::string& text) { throw OptionError("field solver: " + text); }

}  // namespace

double FieldHints::diagonal_deg() const { return std::hypot(width, height) * arcsec_per_px / 3600; }

double FieldHints::catalogue_radius_deg() const {
    return 1.01 * max_error_deg + 0.55 * (1 + scale_tolerance) * diagonal_deg();
}

void FieldHints::check() const {
    if (width < 16 || height < 16 || width > 100'000 || height > 100'000) {
        refuse("width and height " + std::to_string(width) + " x " + std::to_string(height) +
               " are not in 16 .. 100000");
    }
    if (!(arcsec_per_px >= 0.01 && arcsec_per_px <= 3600)) {
        refuse("arcsec_per_px " + std::to_string(arcsec_per_px) + " is not in 0.01 .. 3600");
    }
    if (!(diagonal_deg() <= kMostDiagonal_deg)) {
        refuse("a frame of " + number(diagonal_deg(), 1) + " degrees from corner to corner, at most " +
               number(kMostDiagonal_deg, 0));
    }
    if (!(scale_tolerance >= 0.002 && scale_tolerance <= 0.2)) {
        refuse("scale_tolerance " + std::to_string(scale_tolerance) + " is not in 0.002 .. 0.2");
    }
    if (!(max_error_deg >= 0.01 && max_error_deg <= 10)) {
        refuse("max_error_deg " + std::to_string(max_error_deg) + " is not in 0.01 .. 10");
    }
    if (!(std::abs(near.ra_deg) <= 720 && std::abs(near.dec_deg) <= 90)) {
        refuse("near: RA " + std::to_string(near.ra_deg) + ", Dec " + std::to_string(near.dec_deg) +
               " is no place in the sky");
    }
    if (!(min_proof >= 0)) refuse("a min_proof below 0 accepts everything");
    if (lens && !lens->sound()) refuse("lens: k1 and k2 fold the picture");
}

FieldSolution solve_field_near(std::span<const Star> stars, std::span<const CatalogueStar> catalogue_stars,
                               const FieldHints& hints) {
    hints.check();
    const SearchFrame frame = search_frame(stars, hints);
    const double area_deg2 = hints.width * std::pow(hints.arcsec_per_px / 3600, 2) * hints.height;
    const CatalogueField catalogue(catalogue_stars, hints.near, hints.catalogue_radius_deg(), area_deg2,
                                   kSeparation_px * hints.arcsec_per_px);
    FieldSolution solution;
    solution.stars = static_cast<int>(frame.stars.size());
    solution.catalogue_stars = static_cast<int>(catalogue.stars().size());
    const std::string least = ", at least " + std::to_string(kLeastFieldStars) + " are needed";
    if (solution.stars < kLeastFieldStars) {
        return refused(solution, FieldVerdict::too_few_stars,
                       "too few stars: " + std::to_string(solution.stars) + " in the frame" + least);
    }
    if (solution.catalogue_stars < kLeastFieldStars) {
        return refused(solution, FieldVerdict::too_few_catalogue_stars,
                       "too few stars: " + std::to_string(solution.catalogue_stars) + " of the catalogue around " +
                           place_words(hints.near) + least);
    }
    const SkySearch search = search_sky(catalogue, frame, hints);
    solution.proof = search.best_proof;
    const std::string no_match = "no match: " + std::to_string(solution.stars) + " stars of the frame against " +
                                 std::to_string(solution.catalogue_stars) + " of the catalogue within " +
                                 number(hints.max_error_deg, 1) + " degrees of " + place_words(hints.near);
    if (search.found.empty()) {
        return refused(solution, FieldVerdict::no_match,
                       no_match + ", best proof " + number(solution.proof, 1) + " of " + number(hints.min_proof, 1));
    }
    solution.proof = search.found[0].proof;
    if (search.found.size() > 1 && search.found[1].proof > kAmbiguous * search.found[0].proof) {
        return refused(solution, FieldVerdict::ambiguous, two_places(search));
    }
    const auto fit = fitted(search.found[0], catalogue, stars, frame, hints);
    if (!fit || !fit->wcs.is_sound() || fit->matched < kLeastMatched) {
        return refused(solution, FieldVerdict::no_match, no_match + ", and what was matched gives no plate");
    }
    return solved(solution, search.found[0], *fit, hints);
}

}  // namespace nightstack
