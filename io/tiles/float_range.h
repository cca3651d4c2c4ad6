// SPDX-License-Identifier: MIT
// What the samples of a float picture span: they may hold 0 to 1, 0 to 65535 or anything, and among them what nobody
// measured. One object for one thread.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "io/image_files/picture_rows.h"

namespace nightstack::io {

struct FloatRange {
    float most = std::numeric_limits<float>::max();  // larger ones, of either sign, are no data
    float unit = 1;    // what to take for 1 where something works on 0 to 1: 1, or a power of 16 above most samples
    float bright = 1;  // below it lie 995 of 1000 samples, where `unit` is not 1; else 1
    bool cuts() const { return most < std::numeric_limits<float>::max(); }
    friend bool operator==(const FloatRange&, const FloatRange&) = default;
};

class FloatRangeFinder {
public:
    explicit FloatRangeFinder(const RowsShape& shape);
    void add(const std::byte* row);
    // Beyond a million times what nine of ten samples are below nothing is data, nor beyond 1e20. `unit` is 1 as long
    // as highlights up to 4 are enough.
    FloatRange find();

private:
    RowsShape shape_;
    int step_, y_ = 0;
    float largest_ = 0;
    std::vector<float> samples_;  // of every step-th pixel of every step-th row
};

}  // namespace nightstack::io
