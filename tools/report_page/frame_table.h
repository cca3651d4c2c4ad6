// SPDX-License-Identifier: MIT
// Every frame with its verdict, why, and its numbers.
#pragma once

#include <span>
#include <string>

#include "tools/report_page/report_values.h"

namespace nightstack::tools::page {

// Those that were not stacked first, then all in their order, folded away in parts where there are many.
std::string frame_tables(const PageReport& report);

}  // namespace nightstack::tools::page
