// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/luma_sharpness.h"

namespace nightstack {

double luma_sharpness(ImageView<const std::uint8_t> y) {
    if (y.width() < 4 || y.height() < 4) return 0;
    std::uint64_t energy = 0, light = 0;
    for (int row = 0; row + 3 < y.height(); row += 2) {
        const std::uint8_t* const a = y.row_data(row);
        const std::uint8_t* const b = y.row_data(row + 1);
        const std::uint8_t* const c = y.row_data(row + 2);
        const std::uint8_t* const d = y.row_data(row + 3);
        std::uint32_t row_energy = 0, row_light = 0;  // at most 8192 pixels of 2 x 1020^2 / 2: fits
        for (int x = 0; x + 3 < y.width(); x += 4) {
            const int here = a[x] + a[x + 1] + b[x] + b[x + 1];
            const int right = a[x + 2] + a[x + 3] + b[x + 2] + b[x + 3];
            const int below = c[x] + c[x + 1] + d[x] + d[x + 1];
            const int across = right - here, down = below - here;
            row_energy += static_cast<std::uint32_t>((across * across + down * down) / 4);
            row_light += static_cast<std::uint32_t>(here);
        }
        energy += row_energy;
        light += row_light;
    }
    const double mean = static_cast<double>(light) + 1;
    return static_cast<double>(energy) / mean;
}

}  // namespace nightstack
