// SPDX-License-Identifier: MIT
#include <cstdlib>

#include "benchmarks/pipeline/scene/opencv_phase.h"

namespace nightstack {

struct OpencvPhase::Parts {};

bool have_phase_correlation() { return false; }
OpencvPhase::OpencvPhase(ImageView<const float>) {}
OpencvPhase::~OpencvPhase() = default;
Point OpencvPhase::shift_of(ImageView<const float>) const { std::abort(); }

}  // namespace nightstack
