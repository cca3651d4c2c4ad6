// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/stars/star_frame.h"

#include <cmath>
#include <random>

namespace nightstack {

const Frame& frame() {
    static const Frame made = [] {
        Frame f;
        std::mt19937 rng(1);
        std::normal_distribution<float> normal;
        std::vector<float> noise(1 << 20);
        for (float& n : noise) n = normal(rng);
        std::uniform_real_distribution<double> u(0, 1);
        const ImageView<float> v = f.plane.view();
        for (int y = 0; y < kHeight; ++y) {
            for (int x = 0; x < kWidth; ++x) v(x, y) = static_cast<float>(1000 + 0.02 * x + 0.03 * y);
        }
        for (int i = 0; i < 1500; ++i) {
            const Truth t{12 + u(rng) * (kWidth - 24), 12 + u(rng) * (kHeight - 24),
                          300 * std::pow(1000, u(rng) * u(rng))};
            f.stars.push_back(t);
            for (int y = static_cast<int>(t.y) - 9; y <= static_cast<int>(t.y) + 9; ++y) {
                for (int x = static_cast<int>(t.x) - 9; x <= static_cast<int>(t.x) + 9; ++x) {
                    const double r2 = (x - t.x) * (x - t.x) + (y - t.y) * (y - t.y);
                    const double s2 = kSigmaPx * kSigmaPx;
                    v(x, y) += static_cast<float>(t.flux / (2 * M_PI * s2) * std::exp(-r2 / (2 * s2)));
                }
            }
        }
        for (int y = 0; y < kHeight; ++y) {
            std::size_t at = rng() % noise.size();
            for (int x = 0; x < kWidth; ++x) {
                v(x, y) += noise[at] * std::sqrt(v(x, y) + 9);
                at = (at + 1) % noise.size();
            }
        }
        for (int i = 0; i < 3000; ++i) v(static_cast<int>(rng() % kWidth), static_cast<int>(rng() % kHeight)) += 5000;
        return f;
    }();
    return made;
}

}  // namespace nightstack
