// SPDX-License-Identifier: MIT
#include "tools/night/sky/advice.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace nightstack::tools {
namespace {

constexpr double kGrown = 1.3;         // stars so much wider than they were: no seeing does that for long
constexpr double kLostOnce_hours = 2;  // until a tenth of the field is lost by drift
constexpr double kThick = 0.7;         // of the reference's light; a clear sky that sinks slowly is no cloud
constexpr double kSignificant = 5;     // standard errors

std::string number(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string of_clouds(const TransparencyTrend& trend) {
    if (!trend.is_falling() || trend.now > kThick) return "";
    return "The sky is closing: " + number("%.0f", 100 * std::max(0.0, trend.now)) +
           " % of the light of the reference arrives, " + number("%.0f", -100 * trend.per_hour) + " % less each hour.";
}

std::string of_focus(double now, double best) {
    if (!(now > kGrown * best)) return "";
    return "Stars have grown from " + number("%.1f", best) + " to " + number("%.1f", now) +
           " px: focus again, or look for dew on the lens.";
}

std::string of_floor(const NoiseFit& fit) {
    if (noise_floor(fit) != NoiseFloor::reached) return "";
    return "More frames gain next to nothing: of the noise of " + number("%.3g", std::sqrt(fit.variance(fit.frames))) +
           " ADU, " + number("%.3g", std::sqrt(fit.b)) +
           " repeat in every frame; move the scope by some pixels (dither).";
}

std::string of_drift(const FieldMotion& motion, int width, int height) {
    const double tenth = 0.1 * std::min(width, height);
    if (!(motion.px_per_min > kSignificant * motion.px_error) || !(motion.px_per_min > 0)) return "";
    const double hours = tenth / (60 * motion.px_per_min);
    if (hours > kLostOnce_hours) return "";
    return "The field drifts by " + number("%.0f", 60 * motion.px_per_min) +
           " px an hour: point at the target again within " + number("%.0f", std::max(1.0, 60 * hours)) + " minutes.";
}

}  // namespace

std::string advice(const AdviceFigures& f) {
    std::string text;
    if (f.transparency) text = of_clouds(*f.transparency);
    if (text.empty() && f.fwhm_px && f.best_fwhm_px) text = of_focus(*f.fwhm_px, *f.best_fwhm_px);
    if (text.empty() && f.fit) text = of_floor(*f.fit);
    if (text.empty() && f.motion) text = of_drift(*f.motion, f.width, f.height);
    return text;
}

}  // namespace nightstack::tools
