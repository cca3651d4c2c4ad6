// SPDX-License-Identifier: MIT
// First look of the impulse filter: which pixels of a row stand out at all.
#pragma once

namespace nightstack {

// The columns of [begin, end) whose pixel in `here` is higher than the highest, or lower than the lowest, of the eight
// of its colour two pixels away by more than `limit`, ascending, into `columns` with room for all; returns how many.
// `above` and `below` are the rows two away; columns begin - 2 to end + 1 are read. Any thread.
int standing_out(int* columns, const float* above, const float* here, const float* below, int begin, int end,
                 float limit);

}  // namespace nightstack
