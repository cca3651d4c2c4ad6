// SPDX-License-Identifier: MIT
// Makes tiles of many frames for the tests, and runs the product or the twin on them.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "pipeline/stages/integrate/combine.h"

namespace nightstack {

struct SceneOptions {
    int frames = 20;
    int width = 37;
    int height = 5;
    float level = 1000;
    float sigma = 30;
    double missing = 0;   // probability that a frame lacks a pixel
    double outliers = 0;  // probability of a bright (85 %) or dark outlier of 5 to 60 sigma
    bool coarse = false;  // rounded to steps of sigma / 4: many ties
    bool parts = false;   // each sample has a factor of its weight
    bool tested = false;  // rejection looks at samples of their own
    bool uneven = false;  // scales, offsets, weights differ
    std::uint64_t seed = 1;
};

struct Scene {
    std::vector<Image<float>> pixels;
    std::vector<Image<float>> parts, tested;
    std::vector<FrameTile> frames;
};

Scene make_scene(const SceneOptions& options);

struct Result {
    Image<float> value, variance;
    Image<std::uint16_t> coverage, low, high;
    TileCounts counts;
    Result(int width, int height)
        : value(width, height),
          variance(width, height),
          coverage(width, height),
          low(width, height),
          high(width, height) {}
    TileResult views() { return {value.view(), variance.view(), coverage.view(), low.view(), high.view()}; }
};

Result integrated(const Scene& scene, const CombineOptions& options);
Result integrated_by_twin(const Scene& scene, const CombineOptions& options);

// The first difference in words, "" when every bit is equal.
std::string difference(const Result& a, const Result& b);

void at_every_cpu_level(const std::function<void()>& body);

}  // namespace nightstack
