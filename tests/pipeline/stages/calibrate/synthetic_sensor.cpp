// SPDX-License-Identifier: MIT
#include "synthetic_sensor.h"

#include <cmath>

namespace nightstack {

Image<float> flat_image(int width, int height, float value) {
    Image<float> image(width, height);
    for (int y = 0; y < height; ++y) {
        for (float& v : image.view().row(y)) v = value;
    }
    return image;
}

void add_noise(ImageView<float> image, float sigma, std::mt19937& rng) {
    std::normal_distribution<float> noise(0, sigma);
    for (int y = 0; y < image.height(); ++y) {
        for (float& v : image.row(y)) v += noise(rng);
    }
}

std::vector<std::pair<int, int>> scattered_pixels(int width, int height, int count, int apart_px, std::mt19937& rng) {
    std::vector<std::pair<int, int>> pixels;
    while (static_cast<int>(pixels.size()) < count) {
        const int x = static_cast<int>(rng() % static_cast<unsigned>(width));
        const int y = static_cast<int>(rng() % static_cast<unsigned>(height));
        const bool clear = std::none_of(pixels.begin(), pixels.end(), [&](const auto& p) {
            return std::abs(p.first - x) < apart_px && std::abs(p.second - y) < apart_px;
        });
        if (clear) pixels.emplace_back(x, y);
    }
    return pixels;
}

void add_star(ImageView<float> image, double x, double y, double fwhm_px, const double (&flux)[3], CfaPattern pattern) {
    const double scale = fwhm_px / 2.3548200450309493 * std::sqrt(2.0);
    const auto share = [&](double centre, int pixel) {
        return 0.5 * (std::erf((pixel + 0.5 - centre) / scale) - std::erf((pixel - 0.5 - centre) / scale));
    };
    const int reach = static_cast<int>(4 * fwhm_px) + 2;
    for (int v = std::max(0, int(y) - reach); v < std::min(image.height(), int(y) + reach); ++v) {
        for (int u = std::max(0, int(x) - reach); u < std::min(image.width(), int(x) + reach); ++u) {
            const double f = flux[static_cast<int>(colour_at(pattern, u, v))];
            image(u, v) += static_cast<float>(f * share(x, u) * share(y, v));
        }
    }
}

ReadRows reader(const std::vector<Image<float>>& frames) {
    return [&frames](int frame, const Rect& rows, ImageView<float> out) {
        const ImageView<const float> source = frames[static_cast<std::size_t>(frame)].view();
        for (int y = 0; y < rows.height; ++y) {
            std::memcpy(out.row_data(y), source.row_data(rows.y + y) + rows.x,
                        sizeof(float) * static_cast<std::size_t>(rows.width));
        }
    };
}

bool same_bits(ImageView<const float> a, ImageView<const float> b) {
    if (!a.same_size(b.width(), b.height())) return false;
    for (int y = 0; y < a.height(); ++y) {
        const std::size_t bytes = sizeof(float) * static_cast<std::size_t>(a.width());
        if (std::memcmp(a.row_data(y), b.row_data(y), bytes) != 0) return false;
    }
    return true;
}

}  // namespace nightstack
