// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/measure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <span>

#include "pipeline/stages/stars/luminance.h"
#include "pipeline/stages/stars/moments.h"
#include "pipeline/stages/stars/mosaic.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

constexpr double kSharpestFwhm = 0.9;  // px, kernel and pixel taken out
// Electrons of noise per pixel assumed when the gain is unknown; it only decides from which
// brightness on the centroid window is widened.
constexpr double kTypicalNoiseElectrons = 20;

// Does the light go on along the major axis far beyond any star? The median of 17 pixels is blind
// to a single neighbour.
bool goes_on(const StarField& field, const Measurement& m, double level, double start_px, int side) {
    const double turned = 0.5 * std::atan2(2 * m.shape.xy, m.shape.xx - m.shape.yy);
    const double dx = side * std::cos(turned);
    const double dy = side * std::sin(turned);
    const auto median_from = [&](double from, std::size_t count) {
        std::array<float, 17> v{};
        std::size_t n = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const double d = from + static_cast<double>(i);
            const auto x = static_cast<int>(std::lround(m.star.x + d * dx));
            const auto y = static_cast<int>(std::lround(m.star.y + d * dy));
            if (x < 0 || y < 0 || x >= field.luminance.width() || y >= field.luminance.height()) continue;
            const float value = field.luminance.row_data(y)[x];
            if (std::isfinite(value)) v[n++] = value;
        }
        return n >= 5 ? static_cast<double>(median_in_place(std::span(v).first(n))) - level : 0.0;
    };
    return median_from(start_px, 17) > 0.35 * median_from(-3, 7);
}

bool is_trail(const StarField& field, const FrameProfile& profile, const Measurement& m, double level) {
    if (m.shape.roundness() > 0.6) return false;
    const double typical = kFwhmPerSigma * std::sqrt(profile.typical.major_variance());
    const double start = std::max(14.0, 1.3 * typical + 4);
    return goes_on(field, m, level, start, 1) || goes_on(field, m, level, start, -1);
}

// Peak and saturation from the original pixels around the star.
void look_at_pixels(Measurement& m, const StarField& field, const LocalSky& sky, double variance) {
    const auto cx = static_cast<int>(std::lround(m.star.x));
    const auto cy = static_cast<int>(std::lround(m.star.y));
    const int reach = std::clamp(static_cast<int>(std::lround(std::sqrt(variance))), 1, 4);
    const auto level = static_cast<float>(sky.level);
    float highest = 0;
    float highest_raw = 0;
    const auto for_pixels = [&](auto&& use) {
        for (int y = std::max(0, cy - reach); y <= std::min(field.plane.height() - 1, cy + reach); ++y) {
            for (int x = std::max(0, cx - reach); x <= std::min(field.plane.width() - 1, cx + reach); ++x) {
                use(field.plane.row_data(y)[x], field.excess(x, y, level));
            }
        }
    };
    for_pixels([&](float raw, float excess) {
        highest = std::max(highest, excess);
        highest_raw = std::max(highest_raw, raw);
    });
    m.star.peak = highest;
    if (field.saturation_adu) {
        m.star.saturated = highest_raw >= *field.saturation_adu;
        return;
    }
    // Unknown level: a flat top. On a Gaussian about 0.25 sigma^2 pixels lie within 4 % of the peak;
    // the noise must be too small to make that by chance.
    int flat = 0;
    for_pixels([&](float raw, float) { flat += raw >= 0.985F * highest_raw ? 1 : 0; });
    const bool certain = highest > 150 * field.noise(m.star.x, m.star.y);
    m.star.saturated = certain && flat >= 5 + static_cast<int>(0.4 * variance);
}

// Variance of the centroid window on the luminance plane, from the star's width and brightness.
double window_variance(double star_variance, double peak, double noise, double electrons_per_adu) {
    const double noise_electrons = electrons_per_adu > 0 ? noise * electrons_per_adu : kTypicalNoiseElectrons;
    const double ratio = noise > 0 ? peak / (noise * noise_electrons) : 0;  // star's photons to sky's at the peak
    const double widening = 1.0 + 1.5 * ratio / (ratio + 2);
    const double original = star_variance - kLuminanceVariance;
    return std::max(0.7, widening * original - kLuminanceVariance);
}

// Above this width on the luminance plane the ripple is below 0.003 px.
constexpr double kRippleFwhm = 4.4;

// Measures the colours of a sharp star; in frames from a mosaic takes their ripple off the patch and
// finds the centre again. Two rounds, because the first centre is off by up to 0.1 px.
std::optional<Centroid> without_ripple(Measurement& m, Patch& patch, const StarField& field,
                                       const FrameProfile& profile, const LocalSky& sky, double window,
                                       Centroid centre) {
    if (profile.fwhm_luminance_px > kRippleFwhm || !(profile.survey || profile.mosaic)) return centre;
    const double typical = profile.typical.mean_variance();
    const double core = profile.fwhm_px(profile.typical) / kFwhmPerSigma;
    const double original = core * core + 1.0 / 12;
    const double variance = std::max({0.3, 0.6 * (typical - kLuminanceVariance), original});
    const int cx = patch.centre_x();
    const int cy = patch.centre_y();
    const Patch untouched = patch;
    for (int round = 0; round < 3; ++round) {
        const StarBell star({cx + centre.x, cy + centre.y}, variance);
        const PhaseHeights heights = phase_heights(field, sky, cx, cy, star);
        m.contrast = colour_contrast(heights);
        if (!profile.mosaic || m.contrast == 0) break;
        patch = untouched;
        remove_colour_ripple(patch, heights, star);
        const std::optional<Centroid> next = windowed_centroid(patch, window, typical, {centre.x, centre.y});
        if (!next) return std::nullopt;
        centre = *next;
    }
    return centre;
}

// Is one original pixel a better explanation than a star? A lone pixel of h sigma shows in the window
// with h / (sqrt(pi) s) sigma, s^2 being the variance of window and kernel together; a star shows
// with more than its highest pixel does. This catches the faint ones, whose neighbours are all noise.
bool is_lone_pixel(const StarField& field, const LocalSky& sky, const Star& star, double noise, double window,
                   double window_snr) {
    const auto cx = static_cast<int>(std::lround(star.x));
    const auto cy = static_cast<int>(std::lround(star.y));
    float highest = 0;
    for (int y = std::max(0, cy - 1); y <= std::min(field.plane.height() - 1, cy + 1); ++y) {
        for (int x = std::max(0, cx - 1); x <= std::min(field.plane.width() - 1, cx + 1); ++x) {
            highest = std::max(highest, field.excess(x, y, static_cast<float>(sky.level)));
        }
    }
    const double lone = std::sqrt(std::numbers::pi * (window + kLuminanceVariance));
    return highest > 0.72 * lone * window_snr * noise;
}

bool cut_by_edge(const StarField& field, const Star& s, double margin) {
    return s.x < margin || s.y < margin || s.x > field.luminance.width() - 1 - margin ||
           s.y > field.luminance.height() - 1 - margin;
}

Finding judged(const StarField& field, const FrameProfile& profile, const Measurement& m, double level) {
    if (m.star.fwhm_px < kSharpestFwhm) return Finding::too_sharp;
    if (is_trail(field, profile, m, level)) return Finding::trail;
    if (!m.star.saturated && m.star.fwhm_px > 2.5 * profile.fwhm_px(profile.typical) + 2) return Finding::odd;
    const double longest = 3 * profile.major_fwhm_px(profile.typical) + 4;
    if (m.star.roundness < 0.5 && profile.major_fwhm_px(m.shape) > longest) return Finding::odd;
    return Finding::star;
}

}  // namespace

Measurement measure_star(const StarField& field, const FrameProfile& profile, const Candidate& candidate,
                         double least_snr) {
    Measurement m;
    const std::optional<LocalSky> sky = local_sky(field, profile, candidate.x, candidate.y);
    if (!sky) return m;
    const double sigma = field.sigma(candidate.x, candidate.y);
    const double noise = sigma / kLuminanceNoise;
    const double peak = field.luminance.row_data(candidate.y)[candidate.x] - sky->level;
    m.finding = Finding::faint;
    if (peak < 0.7 * least_snr * std::max(sigma, sky->sigma)) return m;

    Patch patch(field.luminance, *sky, candidate.x, candidate.y, profile.patch_radius_px);
    const double typical = profile.typical.mean_variance();
    const double window = window_variance(typical, peak, noise, field.electrons_per_adu);
    std::optional<Centroid> centre = windowed_centroid(patch, window, typical, {0, 0});
    if (centre) centre = without_ripple(m, patch, field, profile, *sky, window, *centre);
    m.finding = Finding::odd;
    if (!centre) return m;
    m.star.x = candidate.x + centre->x;
    m.star.y = candidate.y + centre->y;
    if (cut_by_edge(field, m.star, std::max(2.0, 0.7 * profile.fwhm_luminance_px))) return m;
    // White noise through kernel and window: a Gaussian of variance window + 1/2.
    const double window_noise = noise * window * std::sqrt(std::numbers::pi / (window + kLuminanceVariance));
    m.window_snr = centre->weighted_sum / window_noise;
    m.finding = Finding::faint;
    if (m.window_snr < least_snr) return m;

    m.finding = Finding::too_sharp;
    if (is_lone_pixel(field, *sky, m.star, noise, window, m.window_snr)) return m;

    m.finding = Finding::odd;
    const std::optional<ShapeFit> fit = adapted_shape(patch, profile.typical, *centre);
    if (!fit) return m;
    m.shape = fit->shape;
    m.core_ratio = fit->core_ratio;
    m.star.fwhm_px = profile.fwhm_px(m.shape);
    m.star.roundness = profile.roundness(m.shape);
    const Aperture aperture = aperture_sum(patch, centre->x, centre->y, profile.aperture_px);
    m.star.flux = aperture.flux;
    const double photons = field.electrons_per_adu > 0 ? std::max(0.0, m.star.flux) / field.electrons_per_adu : 0;
    m.star.snr = m.star.flux / std::sqrt(noise * noise * aperture.weight_squares + photons);
    if (!(m.star.flux > 0)) return m;
    look_at_pixels(m, field, *sky, typical);
    m.finding = judged(field, profile, m, sky->level);
    return m;
}

}  // namespace nightstack
