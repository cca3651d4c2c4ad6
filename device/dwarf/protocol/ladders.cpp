// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/ladders.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nightstack::device::dwarf {
namespace {

constexpr Gear kTele[] = {
    {1.0 / 10000, "1/10000"},
    {1.0 / 8000, "1/8000"},
    {1.0 / 6400, "1/6400"},
    {1.0 / 5000, "1/5000"},
    {1.0 / 4000, "1/4000"},
    {1.0 / 3200, "1/3200"},
    {1.0 / 2500, "1/2500"},
    {1.0 / 2000, "1/2000"},
    {1.0 / 1600, "1/1600"},
    {1.0 / 1250, "1/1250"},
    {1.0 / 1000, "1/1000"},
    {1.0 / 800, "1/800"},
    {1.0 / 640, "1/640"},
    {1.0 / 500, "1/500"},
    {1.0 / 400, "1/400"},
    {1.0 / 320, "1/320"},
    {1.0 / 250, "1/250"},
    {1.0 / 200, "1/200"},
    {1.0 / 160, "1/160"},
    {1.0 / 125, "1/125"},
    {1.0 / 100, "1/100"},
    {1.0 / 80, "1/80"},
    {1.0 / 60, "1/60"},
    {1.0 / 50, "1/50"},
    {1.0 / 40, "1/40"},
    {1.0 / 30, "1/30"},
    {1.0 / 25, "1/25"},
    {1.0 / 20, "1/20"},
    {1.0 / 15, "1/15"},
    {1.0 / 13, "1/13"},
    {1.0 / 10, "1/10"},
    {1.0 / 8, "1/8"},
    {1.0 / 6, "1/6"},
    {1.0 / 5, "1/5"},
    {1.0 / 4, "1/4"},
    {1.0 / 3, "1/3"},
    {0.4, "0.4"},
    {0.5, "0.5"},
    {0.6, "0.6"},
    {0.8, "0.8"},
    {1, "1"},
    {1.3, "1.3"},
    {1.6, "1.6"},
    {2, "2"},
    {2.5, "2.5"},
    {3.2, "3.2"},
    {4, "4"},
    {5, "5"},
    {6, "6"},
    {8, "8"},
    {10, "10"},
    {13, "13"},
    {15, "15"},
};

// From 1/2500 to 0.8 the wide camera has the tele camera's steps; its ends are its own.
constexpr auto kWide = [] {
    constexpr std::size_t kFirst = 6, kLast = 39;  // of kTele
    std::array<Gear, kLast - kFirst + 3> wide{};
    wide.front() = {3.0 / 10000, "3/10000"};
    std::copy(kTele + kFirst, kTele + kLast + 1, wide.begin() + 1);
    wide.back() = {1.0, "1.0"};
    return wide;
}();

}  // namespace

std::span<const Gear> exposure_gears(Lens lens) {
    return lens == Lens::tele ? std::span<const Gear>(kTele) : std::span<const Gear>(kWide);
}

std::optional<int> gear_of(Lens lens, double seconds) {
    const auto gears = exposure_gears(lens);
    for (std::size_t i = 0; i < gears.size(); ++i) {
        if (std::abs(seconds - gears[i].seconds) <= 0.005 * gears[i].seconds) return static_cast<int>(i);
    }
    return std::nullopt;
}

}  // namespace nightstack::device::dwarf
