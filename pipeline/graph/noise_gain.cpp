// SPDX-License-Identifier: MIT
#include "pipeline/graph/noise_gain.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <numbers>
#include <random>

namespace nightstack {
namespace {

constexpr int kSide = 192;  // pixels of made noise; the gain is good to 1 %

// Uniform noise of variance 1: what linear steps make of it depends on the variance only, and the standard fixes
// every number of this generator.
class UnitNoise {
public:
    float next() {
        const double unit = static_cast<double>(rng_()) / 4294967296.0 - 0.5;
        return static_cast<float>(unit * std::numbers::sqrt3 * 2);
    }

private:
    std::mt19937 rng_{1};
};

Light light_of_noise(const StreamFormat& like, const std::array<ColourSky, 3>& sky) {
    Light light;
    light.format = like;
    light.format.width = light.format.height = kSide;
    const auto pixels = std::make_shared<Image<float>>(kSide, kSide);
    UnitNoise noise;
    for (int y = 0; y < kSide; ++y) {
        for (float& v : pixels->view().row(y)) v = noise.next();
    }
    light.read = [pixels, like, sky](ImageView<float> out, Rect region, int plane) {
        for (int y = 0; y < region.height; ++y) {
            for (int x = 0; x < region.width; ++x) {
                const int px = region.x + x;
                const int py = region.y + y;
                const int colour = like.kind == PixelKind::cfa ? static_cast<int>(colour_at(*like.cfa, px, py)) : plane;
                const ColourSky& of = sky[static_cast<std::size_t>(colour)];
                const double value = of.level + of.sigma * static_cast<double>(pixels->view()(px, py));
                out(x, y) = static_cast<float>(value);
            }
        }
    };
    return light;
}

double variance_of(ImageView<const float> samples) {
    double sum = 0;
    double squares = 0;
    double count = 0;
    double pivot = std::numeric_limits<double>::quiet_NaN();
    for (int y = 0; y < samples.height(); ++y) {
        for (const float v : samples.row(y)) {
            if (!std::isfinite(v)) continue;
            if (std::isnan(pivot)) pivot = static_cast<double>(v);
            const double off = static_cast<double>(v) - pivot;
            sum += off;
            squares += off * off;
            count += 1;
        }
    }
    return count > 0 ? (squares - sum * sum / count) / count : 0;
}

}  // namespace

std::array<double, 3> noise_gain(const StreamFormat& format, const std::array<ColourSky, 3>& sky,
                                 const DemosaicOptions& options, const SamplingOptions& sampling, double zoom) {
    std::array<double, 3> gain{1, 1, 1};
    const Light light = light_of_noise(format, sky);
    const PlaneGeometry g = sampled_geometry(light.format, sampling);
    // A small turn leads through all places between pixels; the middle part sees no edge.
    const int side = static_cast<int>(g.width / 2 * zoom);
    const Rect tile{0, 0, side, side};
    const Transform turned = Transform::similarity(1 / zoom, 0.03, 0.25 * g.width, 0.25 * g.height);
    const SampledLight from{light, options, /*noise_adu=*/0, turned};
    std::array<Image<float>, 3> samples, weights;
    std::array<SampleTile, 3> out;
    for (std::size_t p = 0; p < static_cast<std::size_t>(g.planes); ++p) {
        samples[p].reshape(side, side);
        weights[p].reshape(side, side);
        out[p] = {samples[p].view(), weights[p].view()};
    }
    PrepareScratch scratch;
    sample_light(std::span(out).first(static_cast<std::size_t>(g.planes)), tile, sampled_region(from, tile, sampling),
                 from, sampling, scratch);
    for (std::size_t p = 0; p < static_cast<std::size_t>(g.planes); ++p) {
        const double before = sky[p].sigma * sky[p].sigma;
        const double after = variance_of(samples[p].cview());
        if (before > 0 && after > 0) gain[p] = after / before;
    }
    return gain;
}

void apply_noise_gain(std::span<AcceptedLight> lights, const std::array<double, 3>& of_samples,
                      const std::array<double, 3>& of_tested) {
    for (AcceptedLight& light : lights) {
        for (std::size_t p = 0; p < 3; ++p) {
            light.tested_variance[p] = light.noise_variance[p] * static_cast<float>(of_tested[p]);
            light.noise_variance[p] *= static_cast<float>(of_samples[p]);
        }
    }
}

}  // namespace nightstack
