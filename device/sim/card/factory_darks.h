// SPDX-License-Identifier: MIT
// The darks a scope comes with. There are hundreds of sets; only those a session needs are ever drawn. Internal to
// this folder.
#pragma once

#include "device/sim/card/bench.h"

namespace nightstack::device::sim {

// For frames like `light`, where the card has none of that kind: frames, or with newer firmware their mean.
void write_factory_darks(Bench& bench, const Exposed& light);

}  // namespace nightstack::device::sim
