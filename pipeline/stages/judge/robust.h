// SPDX-License-Identifier: MIT
// Order statistics of a session: median, spread, slow trend. Pure; inputs are finite.
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace nightstack {

double median(std::vector<double> values);  // mean of the middle two for even counts; values not empty

// 1.4826 * median distance from `centre`: the standard deviation of a normal bulk.
double mad_sigma(std::span<const double> values, double centre);

// One value of a session by its position in time.
struct Sample {
    double position = 0;
    double value = 0;
};

// A slow curve through samples ordered by position, evaluated at each of them. At up to 33 knots a
// line is laid through the samples around the knot (Theil-Sen: the median of all slopes between two
// samples, then the median offset), the knots are joined by straight lines. The windows span about a
// third of the session, at least 11 samples, so a run of outliers up to a tenth of the session does
// not bend the curve, and focus drift, a rising sky or extinction is followed also at the ends.
std::vector<double> slow_trend(std::span<const Sample> samples);

}  // namespace nightstack
