// SPDX-License-Identifier: MIT
// Noise against depth, and how the sky moved over the sensor, as drawings.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "pipeline/stages/progress/stack_noise.h"
#include "tools/report_page/report_values.h"

namespace nightstack::tools::page {

// The measured noise on logarithmic axes and sqrt(a / n + b) through it; "" without two usable points.
std::string noise_chart(std::span<const StackNoise> measured, const std::optional<NoiseFit>& fit);

// Where the reference's middle (of its canvas) lay on the reference, frame by frame: drift, dithering, field rotation.
// "" without two placed frames.
std::string track_chart(const PageReport& report);

}  // namespace nightstack::tools::page
