// SPDX-License-Identifier: MIT
#include "tools/solve/solve_field.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "tools/solve/child_process.h"
#include "tools/solve/private_folder.h"
#include "tools/solve/star_table.h"
#include "tools/solve/wcs_header.h"

namespace nightstack::tools {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kMostStars = 200;
constexpr std::size_t kLeastStars = 8;
constexpr int kLeastMatches = 6;
constexpr double kWorstRms_px = 3;
constexpr double kSameStar_px = 0.01;  // the same numbers come back, but for their last digits
constexpr double kNear_deg = 15;       // how far the telescope may have missed
constexpr double kWideField_deg = 12;  // wide lenses bend more than a quadratic
constexpr double kLeastField_deg = 0.3;
constexpr double kMostField_deg = 60;

std::string word(double value) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::general, 10).ptr};
}

double scale_low(const SolveHints& h) { return h.scale_low.value_or(kLeastField_deg * 3600 / h.width); }
double scale_high(const SolveHints& h) { return h.scale_high.value_or(kMostField_deg * 3600 / h.width); }

Words arguments(const SolveHints& h, bool nearby, std::chrono::seconds cpu) {
    const double field_deg = scale_high(h) * h.width / 3600;
    Words words{"--no-plots",
                "--overwrite",
                "--no-remove-lines",
                "--uniformize",
                "0",
                "--crpix-center",
                "--temp-axy",
                "--temp-dir",
                ".",
                "--width",
                std::to_string(h.width),
                "--height",
                std::to_string(h.height),
                "--x-column",
                "X",
                "--y-column",
                "Y",
                "--sort-column",
                "FLUX",
                "--scale-units",
                "arcsecperpix",
                "--scale-low",
                word(scale_low(h)),
                "--scale-high",
                word(scale_high(h)),
                "--tweak-order",
                h.scale_high && field_deg > kWideField_deg ? "3" : "2",
                "--cpulimit",
                std::to_string(cpu.count())};
    if (nearby) {
        words.insert(words.end(),
                     {"--ra", word(h.near->ra_deg), "--dec", word(h.near->dec_deg), "--radius", word(kNear_deg)});
    }
    for (const char* unwanted : {"--new-fits", "--solved", "--match", "--rdls", "--index-xyls"})
        words.insert(words.end(), {unwanted, "none"});
    words.insert(words.end(), {"--wcs", "found.wcs", "--corr", "found.corr", "stars.xyls"});
    return words;
}

SolveOutcome nothing(const std::string& why) {
    SolveOutcome outcome;
    outcome.text = why;
    return outcome;
}

// What one call of solve-field has left in the folder.
SolveOutcome harvest(const PrivateFolder& folder, std::span<const Star> stars, const SolveHints& hints) {
    std::error_code error;
    if (!std::filesystem::exists(folder / "found.wcs", error)) return nothing("solve-field found no solution");
    try {
        const Wcs wcs = read_wcs_file(folder / "found.wcs");
        return proven(wcs, stars, read_matches(folder / "found.corr"), hints);
    } catch (const Error& e) {
        return nothing(std::string("what solve-field wrote cannot be used: ") + e.what());
    }
}

SolveOutcome one_try(const std::filesystem::path& program, std::span<const Star> stars, const SolveHints& hints,
                     bool nearby, std::chrono::seconds wall, const std::stop_token& stop) {
    const PrivateFolder folder;
    write_star_table(folder / "stars.xyls", stars);
    ChildLimits limits;
    limits.wall = wall;
    const ChildEnd end = run_child(program, arguments(hints, nearby, wall), folder.path(), limits, stop);
    if (end.timed_out) return nothing("solve-field found no solution within " + std::to_string(wall.count()) + " s");
    if (end.code != 0) return nothing("solve-field failed with exit code " + std::to_string(end.code));
    return harvest(folder, stars, hints);
}

const Star* same_star(std::span<const Star> stars, Point p) {
    const auto found = std::find_if(stars.begin(), stars.end(), [&](const Star& s) {
        return std::abs(s.x - p.x) < kSameStar_px && std::abs(s.y - p.y) < kSameStar_px;
    });
    return found == stars.end() ? nullptr : &*found;
}

}  // namespace

SolveOutcome proven(const Wcs& wcs, std::span<const Star> stars, std::span<const CatalogueMatch> matches,
                    const SolveHints& hints) {
    SolveOutcome outcome;
    const double scale = wcs.arcsec_per_px();
    std::vector<const Star*> used;
    double sum = 0;
    for (const CatalogueMatch& m : matches) {
        const Star* star = same_star(stars, m.star);
        if (star == nullptr || std::find(used.begin(), used.end(), star) != used.end()) continue;
        used.push_back(star);
        const double off = separation_deg(wcs.sky_from_pixel({star->x, star->y}), m.catalogue) * 3600 / scale;
        sum += off * off;
    }
    outcome.matched = static_cast<int>(used.size());
    outcome.rms_px = used.empty() ? 0 : std::sqrt(sum / static_cast<double>(used.size()));
    outcome.rms_arcsec = outcome.rms_px * scale;
    const std::string figures =
        std::to_string(outcome.matched) + " stars matched, " + word(std::round(outcome.rms_px * 100) / 100) + " px rms";
    if (outcome.matched < kLeastMatches) {
        outcome.text = "the solution is not proven: " + figures + ", at least " + std::to_string(kLeastMatches) +
                       " stars expected";
    } else if (!(outcome.rms_px <= kWorstRms_px)) {
        outcome.text = "the solution is not proven: " + figures + ", at most " + word(kWorstRms_px) + " px expected";
    } else if (scale < 0.99 * scale_low(hints) || scale > 1.01 * scale_high(hints)) {
        outcome.text = "the solution is not proven: " + word(scale) + " arcsec per pixel contradict the optics";
    } else {
        outcome.wcs = wcs;
        outcome.text = figures;
    }
    return outcome;
}

SolveOutcome solve_field(std::span<const Star> stars, const SolveHints& hints, std::chrono::seconds wall,
                         const std::stop_token& stop) {
    const auto program = find_program("solve-field");
    if (!program) return nothing("solve-field is not installed (Debian: astrometry.net and astrometry-data-tycho2)");
    if (stars.size() < kLeastStars) {
        return nothing("only " + std::to_string(stars.size()) + " stars, at least " + std::to_string(kLeastStars) +
                       " are needed");
    }
    const auto brightest = stars.first(std::min(stars.size(), kMostStars));
    const auto begin = std::chrono::steady_clock::now();
    const auto left = [&] {
        const auto gone = std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - begin);
        return std::max(std::chrono::seconds(1), wall - gone);
    };
    if (hints.near) {
        const SolveOutcome outcome =
            one_try(*program, brightest, hints, true, std::max(std::chrono::seconds(1), wall / 2), stop);
        if (outcome.wcs || wall.count() < 2) return outcome;
    }
    return one_try(*program, brightest, hints, false, hints.near ? left() : wall, stop);
}

}  // namespace nightstack::tools
