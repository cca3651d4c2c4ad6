// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/time_to_snr.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

constexpr double kKnown = 2;  // standard errors

double known_floor(const NoiseFit& fit) { return fit.b > kKnown * fit.b_error ? fit.b : 0; }

void check(double signal, double wanted_snr, const Pace& pace) {
    const auto positive = [](double v) { return std::isfinite(v) && v > 0; };
    if (!positive(wanted_snr)) throw OptionError("a wanted SNR must be above 0, not " + std::to_string(wanted_snr));
    if (!positive(signal)) throw OptionError("an SNR is of a signal above 0, not " + std::to_string(signal) + " ADU");
    if (!positive(pace.exposure_s) || !std::isfinite(pace.overhead_s) || pace.overhead_s < 0)
        throw OptionError("exposure above 0 s and overhead from 0 s, not " + std::to_string(pace.exposure_s) +
                          " s and " + std::to_string(pace.overhead_s) + " s");
    if (!positive(pace.accepted_share) || pace.accepted_share > 1)
        throw OptionError("share of accepted frames above 0 and at most 1, not " + std::to_string(pace.accepted_share));
}

}  // namespace

double snr(const NoiseFit& fit, double signal, double n) {
    return std::max(0.0, signal) / std::sqrt(fit.frame_part(n) + known_floor(fit));
}

TimeToSnr time_to_snr(const NoiseFit& fit, double signal, double wanted_snr, double n, const Pace& pace) {
    check(signal, wanted_snr, pace);
    const double wanted = std::pow(signal / wanted_snr, 2);  // variance
    const double floor = known_floor(fit);
    TimeToSnr time;
    time.highest_snr = floor > 0 ? signal / std::sqrt(floor) : std::numeric_limits<double>::infinity();
    if (floor >= wanted) {
        time.reach = fit.b - kKnown * fit.b_error >= wanted ? TimeToSnr::Reach::never : TimeToSnr::Reach::uncertain;
        return time;
    }
    time.frames = fit.a / (wanted - floor);
    time.frames_error =
        fit.variance_error(time.frames) * time.frames * time.frames / fit.a;  // by |dvar / dn| = a / n^2
    time.frames_more = std::max(0.0, std::ceil(time.frames - n - 1e-9));
    time.reach = time.frames_more > 0 ? TimeToSnr::Reach::reachable : TimeToSnr::Reach::reached;
    time.seconds = time.frames_more / pace.accepted_share * (pace.exposure_s + pace.overhead_s);
    return time;
}

}  // namespace nightstack
