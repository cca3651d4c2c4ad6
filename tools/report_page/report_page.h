// SPDX-License-Identifier: MIT
// The report of a stack as one page for people: a single HTML file that needs nothing beside it and no scripts. What
// stands in it comes from a report file, and may be anybody's: all text is made printable and escaped, all numbers are
// read as numbers, a policy in the page forbids every address but pictures within it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/stages/progress/stack_noise.h"

namespace nightstack::tools {

struct ReportPageInput {
    std::string report;                  // the JSON text that `stack`, `export` and `live` write beside their products
    std::span<const std::byte> picture;  // a PNG of the stack; empty: none
    std::span<const std::byte> annotated;                    // the same with names of what is seen; empty: none
    std::vector<StackNoise> noise;                           // against depth, as measured; empty: no such chart
    std::optional<NoiseFit> fit;                             // the line through it
    std::string title;                                       // what was taken, "" = "A stacked picture"
    std::vector<std::pair<std::string, std::string>> facts;  // further lines under the title: what, how much
};

// The whole page, UTF-8. Its size is bounded for reports of any size: pictures above 3 MB are reduced, frames beyond
// 20,000 counted only, texts cut. A picture that is no PNG or too large to be decoded is left out. Throws FormatError
// when the report is no JSON object or larger than 256 MiB or nested deeper than 32. Any thread; no files, no clock:
// the same input gives the same page.
std::string report_page(const ReportPageInput& input);

}  // namespace nightstack::tools
