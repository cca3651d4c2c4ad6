// SPDX-License-Identifier: MIT
// The Moon's ground: maria, bright craters with their rays, and the large craters at their true places; made-up craters
// in between. Drawn once; then read by any number of threads.
#pragma once

#include <vector>

namespace nightstack::device::sim {

class MoonFace {
public:
    MoonFace();

    struct Ground {
        float albedo = 0;
        float east = 0;  // slope: rise towards the east and the north over the way
        float north = 0;
    };
    // Latitude -90..90, longitude -180..180, east positive.
    Ground at(double latitude_deg, double longitude_deg) const;

private:
    static constexpr int kPerDegree = 4;
    static constexpr int kColumns = 360 * kPerDegree, kRows = 180 * kPerDegree;
    Ground& cell(int row, int column) { return ground_[static_cast<std::size_t>(row * kColumns + column)]; }
    void paint();
    void dig(double latitude_deg, double longitude_deg, double radius_deg, float depth);
    void dig_known();
    void dig_chance();

    std::vector<Ground> ground_;
};

}  // namespace nightstack::device::sim
