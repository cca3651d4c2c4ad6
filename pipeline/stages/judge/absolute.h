// SPDX-License-Identifier: MIT
// What no session is needed to see: a frame with nothing in it. Each check answers with the refusal
// or with nothing.
#pragma once

#include <cstdint>
#include <optional>

#include "pipeline/core/verdict.h"

namespace nightstack {

// All finite pixels equal, or none above 0 (a cable out, a failed read-out). A frame behind a closed
// lid has noise and is caught by its missing stars.
std::optional<Judgement> refuse_black(double min_adu, double max_adu);

// More than `most_share` of all pixels at the white level: daylight, a torch, dawn.
std::optional<Judgement> refuse_saturated(std::int64_t saturated_pixels, std::int64_t pixels, double most_share = 0.2);

// Fewer stars than can be worked with.
std::optional<Judgement> refuse_starless(int stars, int least = 1);

}  // namespace nightstack
