// SPDX-License-Identifier: MIT
#include "tools/night/sky/sky_hints.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <variant>

#include "device/model/optics.h"
#include "device/targets/find_target.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/solve/wcs_header.h"

namespace nightstack::tools {
namespace {

constexpr double kOnePlace_deg = 0.5;
constexpr double kOneScale = 0.03;
constexpr std::size_t kMostTries = 12;
constexpr double kArcsecPerMicrometreAndMillimetre = 206.264806;

struct Bounds {
    double max_error_deg, scale_tolerance;
    bool mirrored;
};
// Few stars prove a small place only; files that do not say which row is on top come mirrored; focal lengths are
// nominal.
constexpr Bounds kBounds[] = {{3, 0.05, false}, {1, 0.05, true}, {3, 0.05, true}, {1, 0.15, true}};

std::optional<SkyPoint> sound(double ra_deg, double dec_deg) {
    if (!std::isfinite(ra_deg) || !std::isfinite(dec_deg) || std::abs(dec_deg) > 90 || std::abs(ra_deg) > 1e6)
        return std::nullopt;
    return SkyPoint{std::fmod(std::fmod(ra_deg, 360) + 360, 360), dec_deg};
}

// Moon and planets move, and show no stars beside them.
std::optional<SkyPoint> place_of_name(const std::string& name) {
    if (name.empty()) return std::nullopt;
    try {
        const device::Target target = device::find_target(name);
        if (const auto* place = std::get_if<device::Equatorial>(&target.place))
            return sound(place->ra_deg, place->dec_deg);
    } catch (const Error&) {  // no name that we know
    }
    return std::nullopt;
}

void add_place(std::vector<PlaceHint>& places, const std::optional<SkyPoint>& place, std::string whose) {
    const auto same = [&](const PlaceHint& p) { return separation_deg(p.place, *place) < kOnePlace_deg; };
    if (place && std::none_of(places.begin(), places.end(), same)) places.push_back({*place, std::move(whose)});
}

void add_scale(std::vector<double>& scales, double scale) {
    const auto same = [&](double s) { return std::abs(scale / s - 1) < kOneScale; };
    if (std::isfinite(scale) && scale > 0.01 && scale < 600 && std::none_of(scales.begin(), scales.end(), same))
        scales.push_back(scale);
}

}  // namespace

std::optional<Wcs> header_plate(const LedgerSky& header, const StreamFormat& format) {
    const io::FitsHeader cards = header_of_lines(header.cards);
    if (!cards.has("CTYPE1")) return std::nullopt;
    try {
        const Wcs wcs = wcs_of(cards, "header");
        return header.rows_reversed ? turned_over(wcs, format.height) : wcs;
    } catch (const FormatError&) {  // who stacks is told by carried_wcs
        return std::nullopt;
    }
}

std::vector<PlaceHint> places_of(const SkyQuestion& question, const std::optional<Wcs>& plate) {
    std::vector<PlaceHint> places;
    const FrameInfo& info = question.info;
    const std::string name = printable(question.told_name);
    if (question.told) {
        add_place(places, sound(question.told->ra_deg, question.told->dec_deg),
                  name.empty() ? "the place it was sent to" : "the target " + name);
    }
    if (plate) {
        const SkyPoint middle =
            plate->sky_from_pixel({0.5 * (question.format.width - 1), 0.5 * (question.format.height - 1)});
        add_place(places, sound(middle.ra_deg, middle.dec_deg), "the plate in its header");
    }
    if (info.ra_deg && info.dec_deg) add_place(places, sound(*info.ra_deg, *info.dec_deg), "the place in its header");
    add_place(places, place_of_name(info.object), "the object " + printable(info.object));
    return places;
}

std::vector<double> scales_of(const SkyQuestion& question, const std::optional<Wcs>& plate) {
    std::vector<double> scales;
    const FrameInfo& info = question.info;
    if (plate) add_scale(scales, plate->arcsec_per_px());
    if (info.focal_length_mm && info.pixel_size_um && *info.focal_length_mm > 1 && *info.pixel_size_um > 0.1) {
        const double scale = kArcsecPerMicrometreAndMillimetre * *info.pixel_size_um / *info.focal_length_mm;
        add_scale(scales, scale);
        // Some write the size of a sensor's pixel, some that of a binned one.
        add_scale(scales, scale * std::clamp(info.binning.value_or(1), 1, 8));
    }
    for (const std::string& word : {info.telescope, info.camera}) {
        const auto optics = device::find_optics(word, question.format.width, question.format.height);
        if (optics && optics->arcsec_per_px > 0) add_scale(scales, optics->arcsec_per_px);
    }
    return scales;
}

std::vector<SkyTry> tries_of(const StreamFormat& format, const std::vector<PlaceHint>& places,
                             const std::vector<double>& scales) {
    std::vector<SkyTry> tries;
    for (const Bounds& bounds : kBounds) {
        for (std::size_t p = 0; p < places.size(); ++p) {
            for (const double scale : scales) {
                if (tries.size() == kMostTries) return tries;
                SkyTry next;
                next.place = p;
                next.hints.width = format.width;
                next.hints.height = format.height;
                next.hints.near = places[p].place;
                next.hints.max_error_deg = bounds.max_error_deg;
                next.hints.arcsec_per_px = scale;
                next.hints.scale_tolerance = bounds.scale_tolerance;
                next.hints.allow_mirrored = bounds.mirrored;
                tries.push_back(std::move(next));
            }
        }
    }
    return tries;
}

}  // namespace nightstack::tools
