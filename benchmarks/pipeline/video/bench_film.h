// SPDX-License-Identifier: MIT
// Films for the benchmark: 1920x1080, 4:2:0, quality 80, that swing a few pixels to and fro.
#pragma once

#include <string>
#include <vector>

#include "pipeline/core/transform.h"

namespace nightstack {

inline constexpr int kFilmWidth = 1920, kFilmHeight = 1080;

struct BenchFilm {
    std::vector<std::string> jpegs;
    std::vector<Transform> ref_from_frame;
};

// Stars on a noisy sky, drawn anew for every frame: the field drifts by parts of a pixel and turns.
BenchFilm night_film(int frames);
// Texture everywhere, cut from one large scene at whole pixels: nothing to follow stars by.
BenchFilm day_film(int frames);

}  // namespace nightstack
