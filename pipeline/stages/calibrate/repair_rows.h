// SPDX-License-Identifier: MIT
// The repair of cosmetic.h some rows at a time, for callers that go on with the rows while they are in cache.
#pragma once

#include <optional>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/calibrate/cosmetic.h"

namespace nightstack {

// `repair` of the sensor's rows begin ... end - 1 only, which must lie in `where`. Of `region` nothing farther than
// kCosmeticBorder from them is looked at. A repaired pixel is no other's neighbour, so that the order does not matter
// and all rows together give what `repair` gives.
int repair_rows(ImageView<float> region, const Rect& where, const DefectMap& map,
                std::optional<CfaPattern> sensor_pattern, int begin, int end);

// No NaN and no infinity: then there is nothing for `repair_missing` to do.
bool all_finite(ImageView<const float> plane);

}  // namespace nightstack
