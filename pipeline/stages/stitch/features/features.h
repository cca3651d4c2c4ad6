// SPDX-License-Identifier: MIT
// Finds the features of one picture at three sizes, so that a place is found again when the other picture is less
// sharp. Pure function; any thread.
#pragma once

#include "pipeline/core/image.h"
#include "pipeline/stages/stitch/features/feature.h"

namespace nightstack {

struct FeatureOptions {
    int most = 800;       // of all sizes together
    bool turned = false;  // found again under any roll; upright descriptions tell more where the roll is small
};

// `grey`: encoded as for the eye, so that dark places count; some 300,000 to 800,000 pixels are right. Values must be
// finite. Strongest first within each size.
Features find_features(ImageView<const float> grey, const FeatureOptions& options = {});

}  // namespace nightstack
