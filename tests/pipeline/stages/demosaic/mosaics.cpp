// SPDX-License-Identifier: MIT
#include "mosaics.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace nightstack {

Rgb make_rgb(int width, int height) {
    return {Image<float>(width, height), Image<float>(width, height), Image<float>(width, height)};
}

Image<float> noise_mosaic(int width, int height, std::uint32_t seed, float low, float high) {
    std::mt19937 rng(seed);
    std::uniform_real_distribution<float> value(low, high);
    Image<float> image(width, height);
    for (int y = 0; y < height; ++y) {
        for (float& v : image.view().row(y)) v = value(rng);
    }
    return image;
}

Image<float> mosaic_of(const Rgb& picture, CfaPattern pattern) {
    Image<float> mosaic(picture[0].width(), picture[0].height());
    for (int y = 0; y < mosaic.height(); ++y) {
        for (int x = 0; x < mosaic.width(); ++x) {
            mosaic.view()(x, y) = picture[static_cast<std::size_t>(colour_at(pattern, x, y))].view()(x, y);
        }
    }
    return mosaic;
}

Rgb demosaiced(ImageView<const float> mosaic, CfaPattern pattern, DemosaicKind kind, const DemosaicOptions& options) {
    const int scale = demosaic_scale(kind);
    Rgb out = make_rgb(mosaic.width() / scale, mosaic.height() / scale);
    DemosaicScratch scratch;
    demosaic(out[0].view(), out[1].view(), out[2].view(), mosaic, pattern, kind, scratch, options);
    return out;
}

void add_star(Rgb& picture, const TrueStar& star, double fwhm_px) {
    const double scale = fwhm_px / 2.3548200450309493 * std::sqrt(2.0);
    const auto share = [&](double centre, int pixel) {
        return 0.5 * (std::erf((pixel + 0.5 - centre) / scale) - std::erf((pixel - 0.5 - centre) / scale));
    };
    const int reach = static_cast<int>(5 * fwhm_px);
    for (int y = std::max(0, int(star.y) - reach); y < std::min(picture[0].height(), int(star.y) + reach); ++y) {
        for (int x = std::max(0, int(star.x) - reach); x < std::min(picture[0].width(), int(star.x) + reach); ++x) {
            for (std::size_t c = 0; c < 3; ++c) {
                picture[c].view()(x, y) += static_cast<float>(star.flux[c] * share(star.x, x) * share(star.y, y));
            }
        }
    }
}

}  // namespace nightstack
