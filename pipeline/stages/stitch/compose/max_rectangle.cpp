// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/max_rectangle.h"

#include <array>
#include <vector>

namespace nightstack {

// Row after row, the highest bars that stand on it; the widest rectangle under them by a stack of rising bars.
Rect max_rectangle(ImageView<const std::uint8_t> covered) {
    Rect best;
    std::int64_t most = 0;
    std::vector<int> heights(static_cast<std::size_t>(covered.width()) + 1, 0);
    struct Bar {
        int from, height;
    };
    std::vector<Bar> rising;
    for (int y = 0; y < covered.height(); ++y) {
        const auto row = covered.row(y);
        for (std::size_t x = 0; x < row.size(); ++x) heights[x] = row[x] != 0 ? heights[x] + 1 : 0;
        rising.clear();
        for (int x = 0; x <= covered.width(); ++x) {
            const int height = heights[static_cast<std::size_t>(x)];
            int from = x;
            while (!rising.empty() && rising.back().height >= height) {
                const Bar bar = rising.back();
                rising.pop_back();
                from = bar.from;
                const std::int64_t area = static_cast<std::int64_t>(x - bar.from) * bar.height;
                if (area > most) {
                    most = area;
                    best = {bar.from, y - bar.height + 1, x - bar.from, bar.height};
                }
            }
            rising.push_back({from, height});
        }
    }
    return best;
}

Rect shrunk_to_covered(Rect rect, const std::function<double(const Rect& line)>& covered_part) {
    std::array<double, 4> part{-1, -1, -1, -1};  // left, right, top, bottom; less than 0: not known
    while (!rect.empty()) {
        const std::array<Rect, 4> lines{
            Rect{rect.x, rect.y, 1, rect.height}, Rect{rect.right() - 1, rect.y, 1, rect.height},
            Rect{rect.x, rect.y, rect.width, 1}, Rect{rect.x, rect.bottom() - 1, rect.width, 1}};
        std::size_t worst = 0;
        for (std::size_t i = 0; i < 4; ++i) {
            if (part[i] < 0) part[i] = covered_part(lines[i]);
            if (part[i] < part[worst]) worst = i;
        }
        if (part[worst] >= 1) return rect;
        switch (worst) {
            case 0: ++rect.x; [[fallthrough]];
            case 1: --rect.width; break;
            case 2: ++rect.y; [[fallthrough]];
            default: --rect.height;
        }
        part[worst] = -1;
        // The lines across are shorter now; those that were whole are so still.
        for (std::size_t i = 0; i < 4; ++i)
            if (part[i] < 1) part[i] = -1;
    }
    return {};
}

}  // namespace nightstack
