// SPDX-License-Identifier: MIT
// The twin's dice: the same seed throws the same on every machine, which the distributions of the
// standard library do not promise. One thread.
#pragma once

#include <cstdint>

namespace nightstack::device::sim {

class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {  // splitmix64
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    double chance() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }  // 0 to below 1
    int below(int n) { return static_cast<int>(next() % static_cast<std::uint64_t>(n)); }
    double between(double low, double high) { return low + (high - low) * chance(); }

private:
    std::uint64_t state_;
};

}  // namespace nightstack::device::sim
