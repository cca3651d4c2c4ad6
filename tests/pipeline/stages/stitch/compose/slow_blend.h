// SPDX-License-Identifier: MIT
// Multi-band blending after Burt and Adelson, slow and straight from the definition: whole pictures, in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace nightstack {

// Four values a pixel: colour, and the weight.
struct SlowPicture {
    int width = 0, height = 0;
    std::vector<double> pixels;

    double at(int x, int y, int c) const {
        x = std::clamp(x, 0, width - 1);
        y = std::clamp(y, 0, height - 1);
        return pixels[static_cast<std::size_t>(4 * (y * width + x) + c)];
    }
    double& set(int x, int y, int c) { return pixels[static_cast<std::size_t>(4 * (y * width + x) + c)]; }
    static SlowPicture empty(int width, int height) {
        return {width, height, std::vector<double>(static_cast<std::size_t>(4 * width * height), 0)};
    }
};

inline SlowPicture slow_reduced(const SlowPicture& fine) {
    constexpr double w[4] = {0.125, 0.375, 0.375, 0.125};
    SlowPicture out = SlowPicture::empty(fine.width / 2, fine.height / 2);
    for (int y = 0; y < out.height; ++y)
        for (int x = 0; x < out.width; ++x)
            for (int c = 0; c < 4; ++c)
                for (int j = 0; j < 4; ++j)
                    for (int i = 0; i < 4; ++i)
                        out.set(x, y, c) += w[i] * w[j] * fine.at(2 * x - 1 + i, 2 * y - 1 + j, c);
    return out;
}

inline SlowPicture slow_expanded(const SlowPicture& coarse) {
    SlowPicture out = SlowPicture::empty(2 * coarse.width, 2 * coarse.height);
    for (int y = 0; y < out.height; ++y) {
        for (int x = 0; x < out.width; ++x) {
            const int u = x / 2, v = y / 2, du = x % 2 == 0 ? -1 : 1, dv = y % 2 == 0 ? -1 : 1;
            for (int c = 0; c < 4; ++c) {
                out.set(x, y, c) = 0.5625 * coarse.at(u, v, c) +
                                   0.1875 * (coarse.at(u + du, v, c) + coarse.at(u, v + dv, c)) +
                                   0.0625 * coarse.at(u + du, v + dv, c);
            }
        }
    }
    return out;
}

// Sides are multiples of 2^(bands - 1).
inline SlowPicture slow_blend(const std::vector<SlowPicture>& tiles, int bands) {
    std::vector<SlowPicture> sums;
    for (int k = 0; k < bands; ++k) sums.push_back(SlowPicture::empty(tiles[0].width >> k, tiles[0].height >> k));
    for (const SlowPicture& tile : tiles) {
        SlowPicture fine = tile;
        for (int k = 0; k < bands; ++k) {
            SlowPicture coarse, smooth;
            if (k + 1 < bands) {
                coarse = slow_reduced(fine);
                smooth = slow_expanded(coarse);
            }
            SlowPicture& sum = sums[static_cast<std::size_t>(k)];
            for (int y = 0; y < fine.height; ++y) {
                for (int x = 0; x < fine.width; ++x) {
                    const double w = fine.at(x, y, 3);
                    for (int c = 0; c < 3; ++c)
                        sum.set(x, y, c) += w * (fine.at(x, y, c) - (k + 1 < bands ? smooth.at(x, y, c) : 0));
                    sum.set(x, y, 3) += w;
                }
            }
            fine = coarse;
        }
    }
    SlowPicture out;
    for (int k = bands - 1; k >= 0; --k) {
        SlowPicture& sum = sums[static_cast<std::size_t>(k)];
        const SlowPicture below = k + 1 < bands ? slow_expanded(out) : SlowPicture::empty(sum.width, sum.height);
        for (int y = 0; y < sum.height; ++y) {
            for (int x = 0; x < sum.width; ++x) {
                const double w = sum.at(x, y, 3);
                for (int c = 0; c < 3; ++c) sum.set(x, y, c) = (w > 0 ? sum.at(x, y, c) / w : 0) + below.at(x, y, c);
            }
        }
        out = sum;
    }
    return out;
}

}  // namespace nightstack
