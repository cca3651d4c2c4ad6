// SPDX-License-Identifier: MIT
// Whoever makes the pictures of the twin's streams: of what a camera sees now, and of the RAW capture.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "device/sim/twin/exposed.h"

namespace nightstack::device::sim {

struct StreamSize {
    int width = 0, height = 0;
    friend bool operator==(const StreamSize&, const StreamSize&) = default;
};

class Viewfinder {
public:
    virtual ~Viewfinder() = default;
    // One JPEG for each size, `quality` 1 to 100. These two on one thread, another than the developer's.
    virtual std::vector<std::string> live(const Exposed& sample, std::span<const StreamSize> sizes, int quality) = 0;
    // The newest of the RAW capture, `source` as 10020 has it: 0 the stack, 1 the single frame, 2 the composite. Only
    // after captured() has given something.
    virtual std::vector<std::string> capture(int source, std::span<const StreamSize> sizes, int quality) = 0;
    // Another number with every frame of a RAW capture that can be shown; 0: none yet. Any thread.
    virtual std::uint64_t captured() const = 0;
};

}  // namespace nightstack::device::sim
