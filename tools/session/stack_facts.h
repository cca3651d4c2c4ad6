// SPDX-License-Identifier: MIT
// What the header of a stack says about the exposures that are in it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/fits/cards.h"
#include "pipeline/graph/offline_run.h"
#include "tools/session/input_frame.h"
#include "tools/session/linear_scale.h"

namespace nightstack::tools {

struct StackFacts {
    std::string object, camera, telescope, filter;
    std::optional<Seconds> exposure;  // mean of the subs
    double livetime_s = 0;
    std::optional<UtcTime> first_start, last_end, mean_time;
    std::optional<double> gain, temperature_c, focal_length_mm, pixel_size_um, ra_deg, dec_deg;
    std::optional<int> binning;
    std::optional<double> site_lat_deg, site_long_deg, site_elev_m;  // where all that tell agree
};

// Over the stacked lights only; where none was stacked, over all that could be opened, for the name
// of a report.
StackFacts facts_of(std::span<const InputFrame> lights, const StackSummary& summary);

// The cards of the primary header (docs/stack.md); no wall-clock time, host or path among them. `scale`: of
// the stored numbers, when they are 16 bits wide.
io::FitsCards stack_cards(const StackFacts& facts, const StackSummary& summary, const std::string& calstat,
                          const std::vector<std::string>& history,
                          const std::optional<LinearScale>& scale = std::nullopt);

}  // namespace nightstack::tools
