// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/median_search.h"

#include <bit>
#include <cmath>

namespace nightstack {
namespace {

// Bits of a float turned so that they sort like the float.
std::uint32_t key_of(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

float value_of_key(std::uint32_t key) {
    return std::bit_cast<float>((key & 0x80000000U) != 0 ? key & 0x7FFFFFFFU : ~key);
}

// The bin in which the value of this rank lies; the rank becomes that inside the bin.
std::uint32_t find_bin(const std::vector<std::uint32_t>& bins, std::int64_t& rank) {
    std::uint32_t bin = 0;
    while (rank >= bins[bin]) rank -= bins[bin++];
    return bin;
}

}  // namespace

void MedianSearch::add(float value) {
    if (!std::isfinite(value)) return;
    const std::uint32_t key = key_of(value);
    if (first_pass_) {
        ++count_;
        ++upper_halves_[key >> 16U];
        return;
    }
    for (Middle& middle : middles_) {
        if (key >> 16U == middle.bin) ++middle.lower_halves[key & 0xFFFFU];
    }
}

void MedianSearch::take(const MedianSearch& other) {
    const auto add_up = [](std::vector<std::uint32_t>& to, const std::vector<std::uint32_t>& from) {
        for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
    };
    if (first_pass_) {
        count_ += other.count_;
        add_up(upper_halves_, other.upper_halves_);
        return;
    }
    for (std::size_t i = 0; i < middles_.size(); ++i) add_up(middles_[i].lower_halves, other.middles_[i].lower_halves);
}

void MedianSearch::next_pass() {
    first_pass_ = false;
    if (count_ == 0) return;
    middles_[0].rank_in_bin = (count_ - 1) / 2;
    middles_[1].rank_in_bin = count_ / 2;
    for (Middle& middle : middles_) {
        middle.bin = find_bin(upper_halves_, middle.rank_in_bin);
        middle.lower_halves.assign(1U << 16U, 0);
    }
}

double MedianSearch::value_of(const Middle& middle) const {
    std::int64_t rank = middle.rank_in_bin;
    return double{value_of_key(middle.bin << 16U | find_bin(middle.lower_halves, rank))};
}

double MedianSearch::median() const {
    if (count_ == 0 || first_pass_) return 0;
    return 0.5 * (value_of(middles_[0]) + value_of(middles_[1]));
}

}  // namespace nightstack
