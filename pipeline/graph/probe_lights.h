// SPDX-License-Identifier: MIT
// Which lights can still be read. When one is lost in the middle of a run, seldom it is the only one: a
// card was pulled out, a share went away. All are asked at once, so that the run starts anew once and not
// once per light.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/core/verdict.h"
#include "pipeline/graph/light.h"

namespace nightstack {

// For each position in `which` why that light cannot be read, empty when it can. A few rows of each plane
// are read, from the first to the last: a file that shrank lacks its end, and of a device that is gone the
// system still has pieces in memory. Lights in parallel. Throws what failure_of does, and Interrupted when
// stop is requested.
std::vector<std::optional<Judgement>> probe_lights(std::span<const Light> lights, std::span<const std::size_t> which,
                                                   Runner& runner, const std::stop_token& stop);

}  // namespace nightstack
