// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/noise_floor.h"

namespace nightstack {

NoiseFloor noise_floor(const std::optional<NoiseFit>& fit) {
    if (!fit) return NoiseFloor::unknown;
    if (!(fit->b > kFloorSigmas * fit->b_error)) return NoiseFloor::none;
    const bool most_of_it = fit->b > fit->frame_part(fit->frames) && fit->frames >= kFloorLeastFrames;
    return most_of_it ? NoiseFloor::reached : NoiseFloor::seen;
}

}  // namespace nightstack
