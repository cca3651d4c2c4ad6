// SPDX-License-Identifier: MIT
#include "tests/device/sim/card/plain_sky.h"

#include <algorithm>

namespace nightstack::device::sim::test {
namespace {

// Neighbours differ a little, so that a picture is not one value.
int grain(int x, int y) { return (x * 7 + y * 13) % 32; }

void draw_star(ImageView<std::uint16_t> out, Point centre) {
    for (int y = -4; y <= 4; ++y) {
        for (int x = -4; x <= 4; ++x) {
            const int at_x = static_cast<int>(centre.x) + x, at_y = static_cast<int>(centre.y) + y;
            if (at_x >= 0 && at_x < out.width() && at_y >= 0 && at_y < out.height()) out(at_x, at_y) = PlainSky::kStar;
        }
    }
}

}  // namespace

Transform PlainSky::expose(const Exposed& exposed, const Exposed& first, ImageView<std::uint16_t> out) {
    notes_.exposed.push_back(exposed);
    notes_.first.push_back(first.index);
    const int level = exposed.kind == Exposed::Kind::dark ? kDark : kSky;
    for (int y = 0; y < out.height(); ++y) {
        for (int x = 0; x < out.width(); ++x) out(x, y) = static_cast<std::uint16_t>(level + grain(x, y));
    }
    if (exposed.kind == Exposed::Kind::dark) return {};
    const Transform drift = Transform::shift(kStep * (exposed.index - first.index), 0);
    for (int i = 0; i < 5; ++i) draw_star(out, drift(star(i)));
    return drift;
}

}  // namespace nightstack::device::sim::test
