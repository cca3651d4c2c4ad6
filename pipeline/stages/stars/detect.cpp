// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/detect.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/stars/luminance.h"
#include "pipeline/stages/stars/mosaic.h"
#include "pipeline/stages/stars/profile.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

constexpr int kRowsAtOnce = 8;  // of luminance stay in first-level or second-level cache
constexpr int kStarsForProfile = 60;
// The peak of a faint star stands out less on the luminance plane than the whole star in its window;
// the peaks that are noise fail in the window.
constexpr double kPeakShare = 0.75;
constexpr std::size_t kLeastPiece = 32;
constexpr double kGoodSnr = 15;  // from here on a shape is better than the scatter between frames

void reshape(DetectScratch& scratch, int width, int height, const DetectOptions& options) {
    scratch.luminance.reshape(width, height);
    scratch.highest.reshape((width + kScanBlock - 1) / kScanBlock, height);
    scratch.mesh.reset(width, height, options.cell_px);
}

void smooth(DetectScratch& scratch, ImageView<const float> plane, int begin, int end) {
    const ImageView<float> smoothed = scratch.luminance.view();
    for (int y = begin; y < end; y += kRowsAtOnce) {
        luminance_rows(smoothed, plane, y, std::min(end, y + kRowsAtOnce));
        block_maxima(scratch.highest.view(), smoothed, y, std::min(end, y + kRowsAtOnce));
    }
}

// Luminance and mesh, one row of cells at a time while its pixels are in cache.
void smooth_all(DetectScratch& scratch, ImageView<const float> plane, const DetectOptions& options, Runner& runner) {
    reshape(scratch, plane.width(), plane.height(), options);
    parallel_rows(
        runner, scratch.mesh.rows(),
        [&](int cell_y) {
            smooth(scratch, plane, scratch.mesh.row_begin(cell_y), scratch.mesh.row_end(cell_y));
            scratch.mesh.measure_row(scratch.luminance.cview(), cell_y);
        },
        /*grain=*/1);
}

// After all rows were smoothed.
StarField finished_field(ImageView<const float> plane, const DetectOptions& options, DetectScratch& scratch) {
    StarField field;
    scratch.mesh.finish();
    field.plane = plane;
    field.luminance = scratch.luminance.cview();
    field.highest = scratch.highest.cview();
    field.mesh = &scratch.mesh;
    field.phase_level = phase_levels(plane, field.luminance);
    field.saturation_adu = options.saturation_adu;
    field.electrons_per_adu = options.electrons_per_adu;
    // A plane without noise (rendered, or constant) must not make rounding errors significant.
    field.sigma_floor = std::max(1e-6F * std::abs(scratch.mesh.median_level()), 1e-20F);
    return field;
}

// Measures kept candidates [out.size(), count).
void measure_until(std::vector<Measurement>& out, std::size_t count, const std::vector<Candidate>& kept,
                   const StarField& field, const FrameProfile& profile, double least_snr, Runner& runner) {
    const std::size_t begin = out.size();
    out.resize(count);
    parallel_rows(runner, static_cast<int>(count - begin), [&](int i) {
        const std::size_t at = begin + static_cast<std::size_t>(i);
        if (at + 1 < count) {
            const Candidate& next = kept[at + 1];
            fetch_ahead(field.luminance, next.x, next.y, std::max(profile.sky_ring_reach, profile.patch_radius_px));
            fetch_ahead(field.plane, next.x, next.y, Bell::kMostReach);
        }
        out[at] = measure_star(field, profile, kept[at], least_snr);
    });
}

float median_half_width(const std::vector<Candidate>& kept, std::size_t count) {
    std::vector<float> widths;
    for (std::size_t i = 0; i < count; ++i) widths.push_back(kept[i].half_width_px);
    return median_in_place(std::span(widths));
}

// The middle star of the frame, axis by axis; nothing when no shape could be measured.
std::optional<Shape> median_shape(const std::vector<Measurement>& measured) {
    std::vector<float> xx, xy, yy;
    for (const Measurement& m : measured) {
        if (m.finding != Finding::star || m.star.saturated) continue;
        xx.push_back(static_cast<float>(m.shape.xx));
        xy.push_back(static_cast<float>(m.shape.xy));
        yy.push_back(static_cast<float>(m.shape.yy));
    }
    if (xx.empty()) return std::nullopt;
    return Shape{median_in_place(std::span(xx)), median_in_place(std::span(xy)), median_in_place(std::span(yy))};
}

float median_core_ratio(const std::vector<Measurement>& measured) {
    std::vector<float> ratios;
    for (const Measurement& m : measured) {
        if (m.finding == Finding::star && !m.star.saturated && m.window_snr > 2 * kGoodSnr) {
            ratios.push_back(static_cast<float>(m.core_ratio));
        }
    }
    return ratios.size() < 3 ? 1.0F : median_in_place(std::span(ratios));
}

// A mosaic shows in its stars: in a fifth of them one phase is brighter or fainter than noise (half
// of the light's noise per phase) and the mismatch of profiles explain.
bool looks_like_mosaic(const std::vector<Measurement>& measured) {
    int judged = 0;
    int coloured = 0;
    for (const Measurement& m : measured) {
        if (m.finding != Finding::star || m.star.saturated) continue;
        ++judged;
        coloured += m.contrast > 0.2 + 8 / m.window_snr ? 1 : 0;
    }
    return judged > 0 && 5 * coloured >= judged;
}

// From the half-maximum widths of the brightest to their measured shapes. A further round uses
// patches that fit when the guess was far off, and shapes without ripple when the plane is a mosaic.
FrameProfile frame_profile(const StarField& field, const DetectOptions& options, double threshold, Runner& runner,
                           DetectScratch& scratch) {
    const std::size_t count = std::min<std::size_t>(scratch.kept.size(), kStarsForProfile);
    const double sigma = 2 * median_half_width(scratch.kept, count) / kFwhmPerSigma;
    FrameProfile profile = make_profile(Shape::round(std::max(1.0, sigma * sigma)));
    for (int round = 0; round < 3; ++round) {
        profile.survey = true;
        scratch.measured.clear();
        measure_until(scratch.measured, count, scratch.kept, field, profile, threshold, runner);
        const std::optional<Shape> shape = median_shape(scratch.measured);
        if (!shape) break;
        const double change = shape->mean_variance() / profile.typical.mean_variance();
        const bool mosaic = options.mosaic.value_or(looks_like_mosaic(scratch.measured));
        // A ripple not yet taken off looks like a sharp core: then the profile counts as Gaussian.
        const bool clean = mosaic == profile.mosaic;
        profile = make_profile(*shape, clean ? median_core_ratio(scratch.measured) : 1.0);
        profile.mosaic = mosaic;
        if (change > 0.75 && change < 1.35 && clean) break;
    }
    return profile;
}

// Measures from the brightest peak down until there are enough stars. Several maxima of one smeared
// or broad star meet in one place; the first counts.
std::vector<std::size_t> enough_stars(const StarField& field, const FrameProfile& profile, double threshold,
                                      int max_stars, Runner& runner, DetectScratch& scratch) {
    std::vector<std::size_t> stars;  // indices into scratch.measured
    const double apart = std::max(2.0, 0.6 * profile.fwhm_luminance_px);
    scratch.measured.clear();
    while (static_cast<int>(stars.size()) < max_stars && scratch.measured.size() < scratch.kept.size()) {
        const std::size_t begin = scratch.measured.size();
        // The pieces do not depend on the runner, or the list would.
        const std::size_t wanted = static_cast<std::size_t>(max_stars) - stars.size() + kLeastPiece;
        measure_until(scratch.measured, std::min(scratch.kept.size(), begin + wanted), scratch.kept, field, profile,
                      threshold, runner);
        for (std::size_t i = begin; i < scratch.measured.size(); ++i) {
            const Measurement& m = scratch.measured[i];
            if (m.finding != Finding::star) continue;
            const auto same = [&](std::size_t other) {
                const Star& s = scratch.measured[other].star;
                const double dx = s.x - m.star.x;
                const double dy = s.y - m.star.y;
                return dx * dx + dy * dy < apart * apart;
            };
            if (std::none_of(stars.begin(), stars.end(), same)) stars.push_back(i);
        }
    }
    return stars;
}

std::vector<const Measurement*> accepted(const std::vector<Measurement>& measured,
                                         const std::vector<std::size_t>& indices) {
    std::vector<const Measurement*> stars;
    for (const std::size_t i : indices) stars.push_back(&measured[i]);
    return stars;
}

void fill_medians(StarReport& report, const std::vector<const Measurement*>& stars) {
    std::vector<float> fwhm, roundness;
    for (const double least_snr : {kGoodSnr, 0.0}) {
        for (const Measurement* m : stars) {
            if (m->window_snr < least_snr || m->star.saturated) continue;
            fwhm.push_back(static_cast<float>(m->star.fwhm_px));
            roundness.push_back(static_cast<float>(m->star.roundness));
        }
        if (fwhm.size() >= 3) break;
        fwhm.clear();
        roundness.clear();
    }
    if (fwhm.empty()) {
        for (const Measurement* m : stars) {
            fwhm.push_back(static_cast<float>(m->star.fwhm_px));
            roundness.push_back(static_cast<float>(m->star.roundness));
        }
    }
    report.fwhm_px = median_in_place(std::span(fwhm));
    report.roundness = median_in_place(std::span(roundness));
}

void write_list(StarList& out, StarReport& report, const std::vector<const Measurement*>& stars, int max_stars) {
    const std::size_t count = std::min(stars.size(), static_cast<std::size_t>(max_stars));
    out.clear();
    for (std::size_t i = 0; i < count; ++i) out.push_back(stars[i]->star);
    std::sort(out.begin(), out.end(), [](const Star& a, const Star& b) {
        if (a.flux != b.flux) return a.flux > b.flux;
        return a.y != b.y ? a.y < b.y : a.x < b.x;
    });
    report.saturated =
        static_cast<int>(std::count_if(out.begin(), out.end(), [](const Star& s) { return s.saturated; }));
}

// One attempt at one threshold.
void attempt(StarList& out, StarReport& report, double threshold, const StarField& field, const DetectOptions& options,
             Runner& runner, DetectScratch& scratch) {
    report.threshold_sigma = threshold;
    const auto peak_sigma = static_cast<float>(kPeakShare * threshold);
    scan_maxima(scratch.found, scratch.bands, field, peak_sigma, runner);
    const int most = 2 * options.max_stars + 200;
    const int looked_at = keep_distinct(scratch.kept, scratch.found, field, most);
    FrameProfile profile = frame_profile(field, options, threshold, runner, scratch);
    profile.survey = false;
    const std::vector<const Measurement*> stars =
        accepted(scratch.measured, enough_stars(field, profile, threshold, options.max_stars, runner, scratch));
    report.trails = static_cast<int>(std::count_if(scratch.measured.begin(), scratch.measured.end(),
                                                   [](const Measurement& m) { return m.finding == Finding::trail; }));
    // What was not measured counts with the share of stars among what was. Maxima along a trail are
    // bright and so among the measured: they say nothing about the rest, and a satellite must not
    // make a good frame look poor in stars.
    const double tried = static_cast<double>(scratch.measured.size());
    const double share = tried > report.trails ? static_cast<double>(stars.size()) / (tried - report.trails) : 0;
    const double kept = static_cast<double>(scratch.kept.size());
    const double all = looked_at > 0 ? kept / looked_at * static_cast<double>(scratch.found.size()) : 0;
    report.above_threshold = static_cast<int>(stars.size()) + static_cast<int>(share * (all - tried) + 0.5);
    fill_medians(report, stars);
    write_list(out, report, stars, options.max_stars);
}

}  // namespace

void DetectOptions::check() const {
    const auto need = [](bool ok, const std::string& text) {
        if (!ok) throw OptionError("star detection: " + text);
    };
    need(threshold_sigma >= 2 && threshold_sigma <= 1000,
         "threshold_sigma is " + std::to_string(threshold_sigma) + ", allowed 2 ... 1000");
    need(floor_sigma >= 2, "floor_sigma is " + std::to_string(floor_sigma) + ", least is 2");
    need(enough_stars >= 0, "enough_stars is " + std::to_string(enough_stars));
    need(max_stars >= 1 && max_stars <= 100000, "max_stars is " + std::to_string(max_stars) + ", allowed 1 ... 100000");
    need(cell_px >= 8, "cell_px is " + std::to_string(cell_px) + ", least is 8");
    need(electrons_per_adu >= 0 && std::isfinite(electrons_per_adu),
         "electrons_per_adu is " + std::to_string(electrons_per_adu));
}

void begin_rows(DetectScratch& scratch, int width, int height, const DetectOptions& options) {
    options.check();
    reshape(scratch, width, height, options);
    scratch.rows_smoothed = 0;
    scratch.cells_measured = 0;
}

void add_rows(DetectScratch& scratch, ImageView<const float> plane, int end) {
    assert(scratch.luminance.view().same_size(plane.width(), plane.height()));
    const int ready = end == plane.height() ? end : end - 1;  // a row needs the one below
    if (ready <= scratch.rows_smoothed) return;
    smooth(scratch, plane, scratch.rows_smoothed, ready);
    scratch.rows_smoothed = ready;
    int& cell = scratch.cells_measured;
    for (; cell < scratch.mesh.rows() && scratch.mesh.row_end(cell) <= ready; ++cell) {
        scratch.mesh.measure_row(scratch.luminance.cview(), cell);
    }
}

StarReport find_stars_in_rows(StarList& out, ImageView<const float> plane, const DetectOptions& options, Runner& runner,
                              DetectScratch& scratch) {
    options.check();
    out.clear();
    StarReport report;
    report.threshold_sigma = options.threshold_sigma;
    if (plane.empty()) return report;
    assert(scratch.rows_smoothed == plane.height());
    const StarField field = finished_field(plane, options, scratch);
    report.background = scratch.mesh.median_level();
    report.luminance_sigma = scratch.mesh.median_sigma();
    report.noise = report.luminance_sigma / kLuminanceNoise;
    double threshold = options.threshold_sigma;
    attempt(out, report, threshold, field, options, runner, scratch);
    while (static_cast<int>(out.size()) < options.enough_stars && threshold > options.floor_sigma) {
        threshold = std::max(options.floor_sigma, threshold - 0.15);
        attempt(out, report, threshold, field, options, runner, scratch);
    }
    return report;
}

StarReport find_stars(StarList& out, ImageView<const float> plane, const DetectOptions& options, Runner& runner,
                      DetectScratch& scratch) {
    options.check();
    if (!plane.empty()) smooth_all(scratch, plane, options, runner);
    scratch.rows_smoothed = plane.height();
    return find_stars_in_rows(out, plane, options, runner, scratch);
}

StarReport find_stars(StarList& out, ImageView<const float> plane, const DetectOptions& options, Runner& runner) {
    DetectScratch scratch;
    return find_stars(out, plane, options, runner, scratch);
}

StarReport find_stars(StarList& out, ImageView<const float> red, ImageView<const float> green,
                      ImageView<const float> blue, const DetectOptions& options, Runner& runner,
                      DetectScratch& scratch) {
    scratch.mixed.reshape(red.width(), red.height());
    mix_colours(scratch.mixed.view(), red, green, blue, runner);
    return find_stars(out, scratch.mixed.cview(), options, runner, scratch);
}

}  // namespace nightstack
