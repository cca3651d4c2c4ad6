// SPDX-License-Identifier: MIT
#include "io/session/light_order.h"

#include <algorithm>
#include <numeric>

#include "pipeline/core/natural_order.h"

namespace nightstack::io {

std::vector<std::size_t> light_order(std::span<const LightName> lights) {
    const bool timed =
        std::all_of(lights.begin(), lights.end(), [](const LightName& l) { return l.stamp.has_value(); });
    std::vector<std::size_t> order(lights.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) {
        const LightName& a = lights[i];
        const LightName& b = lights[j];
        if (timed && *a.stamp != *b.stamp) return *a.stamp < *b.stamp;
        return natural_less(a.name, b.name);
    });
    return order;
}

}  // namespace nightstack::io
