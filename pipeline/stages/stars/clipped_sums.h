// SPDX-License-Identifier: MIT
// One round of a clipped mean and deviation, over a cell of the sky mesh or a list of values: what the gate lets
// through, counted and summed about the pivot. Pure, safe in any thread.
#pragma once

#include <span>

#include "pipeline/core/image.h"

namespace nightstack {

// Keeps pivot + low ... pivot + high; units of the plane.
struct ClipGate {
    float pivot = 0;
    float low = 0;
    float high = 0;
};

struct ClipSums {
    double count = 0;
    double sum = 0;     // of value - pivot
    double square = 0;  // of its square
};

// Of every `row_step`th row of the cell. NaN is never kept. Added in eight lanes of single precision, pixel x of a
// row in lane x % 8, then lane by lane: the same bits on every machine.
ClipSums clipped_sums(ImageView<const float> cell, int row_step, const ClipGate& gate);

// Of a list, in double precision: keeps value - pivot = low ... high. Value i is added in lane i % 4.
ClipSums clipped_sums(std::span<const float> values, double pivot, double low, double high);

}  // namespace nightstack
