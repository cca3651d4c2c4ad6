// SPDX-License-Identifier: MIT
#include "tiles.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "pipeline/simd/cpu_level.h"
#include "tests/support/reference/integrate/combine_reference.h"

namespace nightstack {

Scene make_scene(const SceneOptions& o) {
    std::mt19937_64 rng(o.seed);
    std::normal_distribution<float> normal(0, 1);
    std::uniform_real_distribution<double> uniform(0, 1);
    Scene scene;
    for (int f = 0; f < o.frames; ++f) {
        Image<float> image(o.width, o.height);
        for (int y = 0; y < o.height; ++y) {
            for (float& v : image.view().row(y)) {
                v = o.sigma * normal(rng);
                if (uniform(rng) < o.outliers) {
                    const double reach = o.sigma * (5 + 55 * uniform(rng));
                    v += static_cast<float>(uniform(rng) < 0.85 ? reach : -reach);
                }
                if (o.coarse && o.sigma > 0) v = std::round(v / (o.sigma / 4)) * (o.sigma / 4);
                v += o.level;
                if (uniform(rng) < o.missing) v = std::numeric_limits<float>::quiet_NaN();
            }
        }
        FrameTile tile;
        if (o.uneven) {
            tile.scale = static_cast<float>(0.7 + 0.6 * uniform(rng));
            tile.offset = o.level * (1 - tile.scale);
            tile.weight = static_cast<float>(0.2 + 2 * uniform(rng));
        }
        tile.noise_variance = o.sigma * o.sigma * tile.scale * tile.scale;
        scene.pixels.push_back(std::move(image));
        tile.samples = scene.pixels.back().cview();
        if (o.parts && f % 5 != 4) {  // some frames have none
            Image<float> parts(o.width, o.height);
            for (int y = 0; y < o.height; ++y) {
                for (float& part : parts.view().row(y)) part = static_cast<float>(0.01 + uniform(rng));
            }
            scene.parts.push_back(std::move(parts));
            tile.sample_weights = scene.parts.back().cview();
        }
        if (o.tested) {
            Image<float> tested(o.width, o.height);
            for (int y = 0; y < o.height; ++y) {
                for (float& v : tested.view().row(y)) {
                    const bool missing = uniform(rng) < o.missing / 4;
                    v = missing ? std::numeric_limits<float>::quiet_NaN()
                                : static_cast<float>(o.level + o.sigma * 4 * (uniform(rng) + uniform(rng) - 1));
                }
            }
            scene.tested.push_back(std::move(tested));
            tile.tested = scene.tested.back().cview();
        }
        scene.frames.push_back(tile);
    }
    return scene;
}

Result integrated(const Scene& scene, const CombineOptions& options) {
    const auto& first = scene.frames.front().samples;
    Result result(first.width(), first.height());
    CombineScratch scratch;
    result.counts = integrate_tile(result.views(), scene.frames, options, scratch);
    return result;
}

Result integrated_by_twin(const Scene& scene, const CombineOptions& options) {
    const auto& first = scene.frames.front().samples;
    Result result(first.width(), first.height());
    integrate_tile_reference(result.views(), scene.frames, options);
    return result;
}

namespace {

template <class T>
std::string plane_difference(const char* which, const Image<T>& a, const Image<T>& b) {
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            const T p = a.view()(x, y), q = b.view()(x, y);
            if (p == q) continue;  // -0 and 0 are alike
            return std::string(which) + " at " + std::to_string(x) + "," + std::to_string(y) + ": " +
                   std::to_string(p) + " and " + std::to_string(q);
        }
    }
    return "";
}

}  // namespace

std::string difference(const Result& a, const Result& b) {
    std::string text = plane_difference("coverage", a.coverage, b.coverage);
    if (text.empty()) text = plane_difference("low", a.low, b.low);
    if (text.empty()) text = plane_difference("high", a.high, b.high);
    if (text.empty()) text = plane_difference("value", a.value, b.value);
    if (text.empty()) text = plane_difference("variance", a.variance, b.variance);
    return text;
}

void at_every_cpu_level(const std::function<void()>& body) {
    const CpuLevel before = cpu_level();
    for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2, CpuLevel::avx512}) {
        if (limit_cpu_level(level) == level) body();
    }
    limit_cpu_level(before);
}

}  // namespace nightstack
