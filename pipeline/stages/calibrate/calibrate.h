// SPDX-License-Identifier: MIT
// Dark and flat of a light, for any part of the sensor.
#pragma once

#include "pipeline/core/image.h"
#include "pipeline/stages/calibrate/master.h"

namespace nightstack {

// Views of whole-sensor masters as build_master makes them; any may be empty. Lives for one call.
struct Masters {
    ImageView<const float> dark;  // with its bias inside
    ImageView<const float> bias;
    ImageView<const float> flat;  // median 1 per colour
};

// In place: light = (light - dark) / flat, where `light` is the part `region` of the sensor. With both
// dark and bias only the dark is subtracted, since it holds the bias; a bias alone is subtracted (and
// is what flats were made with). Negative results are kept: clipping them would lift the sky.
// From a finite light only finite pixels come: a master pixel that is not finite counts as 0 (dark,
// bias) or 1 (flat), as does a flat below kFlatFloor. A light pixel that is not finite stays so, for
// repair_missing to see. Touches only its arguments; parts may run at the same time.
// Throws OptionError when sizes do not fit.
void calibrate(ImageView<float> light, const Rect& region, const Masters& masters);

}  // namespace nightstack
