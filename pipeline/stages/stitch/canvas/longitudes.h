// SPDX-License-Identifier: MIT
// Which longitudes a set of pieces covers, on a circle of small bins. One owner; no thread rule.
#pragma once

#include <vector>

namespace nightstack {

class Longitudes {
public:
    Longitudes();
    // The shorter way from one to the other, both ends included. Radians, any turn; what is no number covers
    // nothing.
    void cover(double from_rad, double to_rad);
    void cover_all();

    bool whole_circle() const;
    // Of the covered part, opposite to the widest gap: its middle, and how far it reaches to each side.
    double middle_rad() const;
    double half_width_rad() const;

private:
    struct Gap {
        int begin = 0, length = 0;
    };
    Gap widest_gap() const;
    std::vector<char> bins_;
};

}  // namespace nightstack
