// SPDX-License-Identifier: MIT
// The parts of the page that are words and figures.
#pragma once

#include <string>

#include "tools/report_page/report_values.h"

namespace nightstack::tools::page {

std::string headline_section(const PageReport& report);     // how many frames, how long, how good
std::string calibration_section(const PageReport& report);  // what was taken off, and why not
std::string details_section(const PageReport& report);      // alignment, settings, inputs, run: folded away
std::string definitions(const PageLines& lines);            // <dl> of facts; "" for none

}  // namespace nightstack::tools::page
