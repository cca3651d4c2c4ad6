// SPDX-License-Identifier: MIT
// Films for tests: coloured stars that drift and turn, as JPEGs, and what a perfect stack of them shows.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/graph/video_run.h"

namespace nightstack::test {

struct DrawnFilm {
    int width = 320, height = 240;
    int frames = 40;
    double noise = 3;                // levels per pixel and colour
    double turn_rad = 0.0004;        // per frame
    double dx = 0.23, dy = -0.17;    // the same
    double wobble = 0;               // share by which the stars of every third frame are wider
    int chroma_x = 2, chroma_y = 2;  // of the JPEGs, 0: gray
    std::vector<int> with_light{};   // frames with a plane's light on its way, as bright as white
    int quality = 92;

    Transform ref_from_frame(int frame) const;
    std::string jpeg(int frame) const;
    // A pixel of the reference's grid without noise: red, green, blue.
    std::array<double, 3> truth(double x, double y) const;
    // Where the light of that frame is, in pixels of the reference.
    Point light(int frame) const;
};

// A source of these pictures; the strings are borrowed.
NextPicture film_of(const std::vector<std::string>& jpegs);

}  // namespace nightstack::test
