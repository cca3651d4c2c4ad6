// SPDX-License-Identifier: MIT
// When two exposure times are the same. Pure; any thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>

#include "pipeline/core/frame.h"

namespace nightstack {

// As a dark may differ from its lights: headers write 15 s as 15, 15.00001 or 14.99 s.
inline constexpr double kSameExposure = 0.01;

// Both known and within the tolerance of the longer one, or both unknown.
inline bool same_exposure(const std::optional<Seconds>& a, const std::optional<Seconds>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return std::abs(a->count() - b->count()) <= kSameExposure * std::max(a->count(), b->count());
}

}  // namespace nightstack
