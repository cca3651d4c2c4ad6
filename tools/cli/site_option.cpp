// SPDX-License-Identifier: MIT
#include "tools/cli/site_option.h"

#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/option_text.h"

namespace nightstack::tools {
namespace {

constexpr double kHighest_m = 10'000;

}  // namespace

device::Site parse_site(std::string_view text) {
    const auto refuse = [&](const std::string& why) {
        throw OptionError("--site '" + printable(text) + "': LAT,LON,H expected, for example 48.1,11.6,520: " + why);
    };
    const auto parts = comma_items(text);
    std::vector<double> values;
    for (const std::string_view part : parts)
        if (const auto value = written_number<double>(part); value && std::isfinite(*value)) values.push_back(*value);
    if (values.size() != parts.size() || values.size() < 2 || values.size() > 3)
        refuse("latitude, longitude (east positive) and height in metres");
    const device::Site site{values[1], values[0], values.size() == 3 ? values[2] : 0};
    if (std::abs(site.latitude_deg) > 90 || std::abs(site.longitude_deg) > 180)
        refuse("latitude is -90 to 90, longitude -180 to 180 degrees");
    if (std::abs(site.height_m) > kHighest_m) refuse("the height is -10000 to 10000 m");
    return site;
}

}  // namespace nightstack::tools
