// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string_view>

#include "io/fetch/capture_end.h"
#include "io/session/shots_info.h"
#include "tests/io/fetch/fuzz_fetch.h"

namespace nightstack::io::fuzz {
namespace {

void demand(bool promise, const char* what) {
    if (promise) return;
    std::cerr << "broken promise: " << what << "\n";
    std::abort();
}

bool within(std::optional<double> value, double least, double most) {
    return !value || (*value >= least && *value <= most);
}

bool is_count(std::optional<int> value) { return !value || (*value >= 0 && *value <= 1'000'000); }

void check(const ShotsInfo& info) {
    demand(info.target.size() <= 256 && info.format.size() <= 256 && info.ir.size() <= 256, "short words");
    demand(within(info.exposure_s, 0, 1e6) && info.exposure_s.value_or(1) > 0, "an exposure that may be");
    demand(within(info.ra_deg, 0, 360) && within(info.dec_deg, -90, 90), "a place in the sky");
    demand(info.ra_deg.has_value() == info.dec_deg.has_value(), "both or none");
    demand(!info.binning || (*info.binning >= 1 && *info.binning <= 16), "a binning that may be");
    demand(is_count(info.shots_taken) && is_count(info.shots_to_take) && is_count(info.shots_stacked), "counts");
    for (const auto& number : {info.gain, info.min_temperature_c, info.max_temperature_c})
        demand(std::isfinite(number.value_or(0)), "a finite number");
}

}  // namespace

void shots_info(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const ShotsInfoReading reading = parse_shots_info(text);
    demand(reading.info.has_value() == reading.warning.empty(), "read, or said why not");
    const bool over = says_all_is_taken(text);
    demand(!over || (reading.info && reading.info->shots_taken >= reading.info->shots_to_take),
           "over only by its word");
    if (reading.info) check(*reading.info);
}

}  // namespace nightstack::io::fuzz

#ifdef NIGHTSTACK_FUZZ_ENTRY
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    nightstack::io::fuzz::shots_info(data, size);
    return 0;
}
#endif
