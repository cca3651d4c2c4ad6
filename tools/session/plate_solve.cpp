// SPDX-License-Identifier: MIT
#include "tools/session/plate_solve.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "device/model/optics.h"
#include "pipeline/core/error.h"
#include "pipeline/stages/stars/detect.h"
#include "tools/solve/wcs_header.h"

namespace nightstack::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBytesPerPixel = 16;  // the mixed plane, two planes of the detector, candidates
constexpr double kScaleMargin = 1.25;       // focal lengths are nominal, pixel sizes of scalers rounded
constexpr int kLeastSide = 256;

struct Scale {
    double low = 0, high = 0;  // arcsec per pixel of a frame
};

std::optional<Scale> scale_of(const StackFacts& facts, const StreamFormat& lights) {
    if (facts.focal_length_mm && facts.pixel_size_um && *facts.focal_length_mm > 1 && *facts.pixel_size_um > 0.1) {
        const double scale = 206.264806 * *facts.pixel_size_um / *facts.focal_length_mm;
        // Some write the size of a sensor's pixel, some that of a binned one.
        return Scale{scale / kScaleMargin, scale * kScaleMargin * std::max(1, facts.binning.value_or(1))};
    }
    const auto optics = device::find_optics(facts.telescope, lights.width, lights.height);
    if (!optics || optics->arcsec_per_px <= 0) return std::nullopt;
    return Scale{optics->arcsec_per_px / kScaleMargin, optics->arcsec_per_px * kScaleMargin};
}

// The largest middle part of the canvas that fits.
Rect window(const Canvas& canvas, std::size_t memory_bytes) {
    const double most = std::min(static_cast<double>(memory_bytes / kBytesPerPixel), 6000.0 * 6000.0);
    const double pixels = static_cast<double>(canvas.width) * canvas.height;
    const double part = std::min(1.0, std::sqrt(most / pixels));
    const int w = std::min(canvas.width, std::max(kLeastSide, static_cast<int>(canvas.width * part)));
    const int h = std::min(canvas.height, std::max(kLeastSide, static_cast<int>(canvas.height * part)));
    return {(canvas.width - w) / 2, (canvas.height - h) / 2, w, h};
}

StarList stars_of(const StackWriter& stack, const Canvas& canvas, std::size_t memory_bytes, Runner& runner) {
    const Rect part = window(canvas, memory_bytes);
    Image<float> mixed(part.width, part.height);
    stack.read_mixed(mixed.view(), part);
    StarList stars;
    find_stars(stars, mixed.cview(), {}, runner);
    for (Star& star : stars) {
        star.x += part.x;
        star.y += part.y;
    }
    return stars;
}

std::string number(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

Json solution_json(const SolveOutcome& outcome, const Canvas& canvas, std::size_t stars) {
    Json j = {{"solved", outcome.wcs.has_value()}, {"solver", "solve-field"}, {"stars", stars}};
    if (!outcome.wcs) {
        j["reason"] = outcome.text;
        return j;
    }
    const Wcs& w = *outcome.wcs;
    const SkyPoint middle = w.sky_from_pixel({0.5 * (canvas.width - 1), 0.5 * (canvas.height - 1)});
    j["ra_deg"] = middle.ra_deg;
    j["dec_deg"] = middle.dec_deg;
    j["arcsec_per_px"] = w.arcsec_per_px();
    j["rotation_deg"] = w.rotation_deg();
    j["sip_order"] = w.a.order;
    j["matched"] = outcome.matched;
    j["rms_px"] = outcome.rms_px;
    j["rms_arcsec"] = outcome.rms_arcsec;
    return j;
}

}  // namespace

SolveHints solve_hints(const StackSummary& summary, const StackFacts& facts, const StreamFormat& lights) {
    SolveHints hints;
    hints.width = summary.canvas.width;
    hints.height = summary.canvas.height;
    if (const auto scale = scale_of(facts, lights)) {
        hints.scale_low = scale->low / summary.canvas.scale;
        hints.scale_high = scale->high / summary.canvas.scale;
    }
    if (facts.ra_deg && facts.dec_deg) hints.near = SkyPoint{*facts.ra_deg, *facts.dec_deg};
    return hints;
}

StackSolution solve_stack(const StackWriter& stack, const StackSummary& summary, const StackFacts& facts,
                          const StreamFormat& lights, std::size_t memory_bytes, std::chrono::seconds wall,
                          Runner& runner, const std::stop_token& stop) {
    const StarList stars = stars_of(stack, summary.canvas, memory_bytes, runner);
    const SolveOutcome outcome = solve_field(stars, solve_hints(summary, facts, lights), wall, stop);
    StackSolution solution;
    solution.solved = outcome.wcs.has_value();
    const Json json = solution_json(outcome, summary.canvas, stars.size());
    solution.json = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (!solution.solved) {
        solution.text = "not plate solved: " + outcome.text;
        return solution;
    }
    solution.cards = wcs_cards(*outcome.wcs);
    solution.text = "plate solved: RA " + number("%.4f", json["ra_deg"].get<double>()) + ", Dec " +
                    number("%+.4f", json["dec_deg"].get<double>()) + " deg, " +
                    number("%.3f", outcome.wcs->arcsec_per_px()) + " arcsec/px, " + outcome.text;
    return solution;
}

}  // namespace nightstack::tools
