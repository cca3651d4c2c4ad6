// SPDX-License-Identifier: MIT
#include "device/sim/landscape/ridges.h"

#include <algorithm>
#include <cmath>

#include "device/sim/landscape/landscape.h"

namespace nightstack::device::sim {

Ridges::Ridges(double pixel_deg)
    : broad_({5, 3, 0.6F, 11}, pixel_deg),
      mountains_({24, 14, 0.52F, 1001}, pixel_deg),
      hills_({18, 14, 0.45F, 2002}, pixel_deg),
      woods_({26, 8, 0.5F, 3003}, pixel_deg),
      crowns_({2600, 7, 0.7F, 4004}, pixel_deg),
      plain_({31, 12, 0.45F, 5005}, pixel_deg) {}

RidgeHeights Ridges::at(const Noise& noise, double azimuth_deg) const {
    const float broad = broad_.at(noise, azimuth_deg, 0.5);
    const float peaks = 1 - std::abs(mountains_.at(noise, azimuth_deg, 0.5));  // sharp above, round below
    const float crowns = crowns_.at(noise, azimuth_deg, 0.5);
    const float far = 1.9F + 0.8F * broad + 1.5F * peaks;
    const float hills = 1.3F - 0.5F * broad + 0.8F * hills_.at(noise, azimuth_deg, 0.5) + 0.02F * crowns;
    const float woods = 0.55F + 0.45F * woods_.at(noise, azimuth_deg, 0.5) + 0.05F * crowns;
    const float plain = -0.25F + 0.12F * plain_.at(noise, azimuth_deg, 0.5);
    const auto kept = [](float h) { return std::clamp(h, -2.0F, static_cast<float>(kHighestRidge_deg)); };
    return {kept(far), kept(hills), kept(woods), kept(plain)};
}

}  // namespace nightstack::device::sim
