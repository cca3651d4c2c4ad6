// SPDX-License-Identifier: MIT
// Weighted least squares of a polynomial in two coordinates, normal equations by Cholesky: coordinates of about 1 keep
// them well conditioned. Inner part of the astrometry room; pure, any thread.
#pragma once

#include <optional>
#include <span>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/astrometry/wcs.h"

namespace nightstack {

// Minimises sum w (value - p(x, y))^2 over the polynomials of `order`, 0 to kMaxSipOrder. Empty when the points do not
// determine it.
std::optional<SipPolynomial> fit_polynomial(int order, std::span<const Point> at, std::span<const double> values,
                                            std::span<const double> weights);

}  // namespace nightstack
