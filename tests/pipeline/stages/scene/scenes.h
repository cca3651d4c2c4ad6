// SPDX-License-Identifier: MIT
// Pictures with exact truth for alignment: brightness as a function of a point, so that any shift and turn of it can be
// drawn without resampling. Brightness runs from about 0 to 1.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack {

using Scene = std::function<double(Point)>;

// Smooth random brightness, mean 0.5: octaves of value noise from `coarsest_px` down to about 4 px.
Scene texture(unsigned seed, double coarsest_px);
// A ridge against the sky, textured land, houses.
Scene landscape(unsigned seed, int width, int height);
// A half lit disc with maria on a black sky.
Scene moon(unsigned seed, Point centre, double radius_px);
// A disc with two bands, darker towards its limb, on a black sky.
Scene planet(Point centre, double diameter_px);

// frame(p) = gain * scene(ref_from_frame(p)) + offset.
struct Shot {
    Transform ref_from_frame;
    double gain = 10000;
    double offset = 500;
    double noise = 0;
    unsigned seed = 1;
};
Image<float> drawn(const Scene& scene, int width, int height, const Shot& shot);

// Smoothed by a Gaussian.
Image<float> blurred(ImageView<const float> plane, double sigma_px);
void add_noise(ImageView<float> plane, double sigma, unsigned seed);

// About the middle of a frame: turned, then shifted.
Transform turned_and_shifted(int width, int height, double degrees, double dx, double dy);

// The largest distance between two transforms over a rectangle's corners and middle, and the root mean square.
double rms_distance(const Transform& a, const Transform& b, const Rect& where);

}  // namespace nightstack
