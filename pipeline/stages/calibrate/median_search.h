// SPDX-License-Identifier: MIT
// The exact median of any number of floats that are seen twice and never kept.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace nightstack {

// add() every value, next_pass(), add() every value again, median(). Values that are not finite do
// not count. The median of an even number is the mean of the two middle values, that of none is 0.
class MedianSearch {
public:
    void add(float value);
    void next_pass();
    // What `other` has seen in this pass, as if it had been added here: it was copied from this one when the pass
    // began, so that several threads may search together.
    void take(const MedianSearch& other);
    double median() const;
    std::int64_t count() const { return count_; }

private:
    struct Middle {
        std::int64_t rank_in_bin = 0;
        std::uint32_t bin = 0;  // upper half of the value's key
        std::vector<std::uint32_t> lower_halves;
    };
    double value_of(const Middle& middle) const;

    bool first_pass_ = true;
    std::int64_t count_ = 0;
    std::vector<std::uint32_t> upper_halves_ = std::vector<std::uint32_t>(1U << 16U);
    std::array<Middle, 2> middles_;  // the same for an odd number
};

}  // namespace nightstack
