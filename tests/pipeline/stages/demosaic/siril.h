// SPDX-License-Identifier: MIT
// Siril's debayer (RCD unless configured otherwise) as an oracle, run as a program in a folder of its own.
#pragma once

#include "mosaics.h"

namespace nightstack {

bool siril_is_installed();
// Values must lie within [0, 65535]. Throws std::runtime_error with Siril's log.
Rgb siril_debayered(ImageView<const float> mosaic, CfaPattern pattern);

}  // namespace nightstack
