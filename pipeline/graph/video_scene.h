// SPDX-License-Identifier: MIT
// Pictures of a film laid on each other by what they show (stages/scene), as video_align.h wants it.
#pragma once

#include "pipeline/graph/video_align.h"

namespace nightstack {

// Of every reference an aligner that may be asked from several threads at once.
MakeSceneMatcher scene_matchers();

}  // namespace nightstack
