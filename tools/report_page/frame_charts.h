// SPDX-License-Identifier: MIT
// What was measured of each frame, as drawings: dots for stacked frames, crosses for others.
#pragma once

#include <span>
#include <string>

#include "tools/report_page/report_values.h"

namespace nightstack::tools::page {

// A figure each for FWHM, background, transparency, stars, residual, roundness, sharpness and field rotation; those of
// which no frame has a value are missing. Their size is bounded: from 400 frames on several share a place, where what
// they span is drawn.
std::string frame_charts(std::span<const PageFrame> frames);

// Degrees by which a frame is turned against the reference; positive from the x axis towards the y axis.
double turn_deg(const std::array<double, 9>& ref_from_frame);

double median_of(std::vector<double> values);  // of at least one

}  // namespace nightstack::tools::page
