// SPDX-License-Identifier: MIT
// A tile's place in a grid, from 0. A value.
#pragma once

namespace nightstack {

struct GridPlace {
    int row = 0, column = 0;
    friend bool operator==(const GridPlace&, const GridPlace&) = default;
};

}  // namespace nightstack
