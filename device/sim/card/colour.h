// SPDX-License-Identifier: MIT
// From raw values to something for the eye: what the scope's own pictures are made of. Cheap on purpose: colours at
// half size, one pixel from each 2x2 cell.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "pipeline/core/image.h"

namespace nightstack::device::sim {

struct Colour {
    std::array<Image<float>, 3> planes;  // red, green, blue, of one size
    int width() const { return planes[0].width(); }
    int height() const { return planes[0].height(); }
};

// From a GBRG mosaic of even sizes.
void take_colours(ImageView<const std::uint16_t> mosaic, Colour& out);

// Takes away what stands out alone, pixel by pixel of a plane: none is brighter than the brightest around it. Stands in
// for the dark frames that the scope subtracts before it shows anything.
void drop_hot_pixels(Colour& colour);

struct Rgb8 {
    int width = 0, height = 0;
    std::vector<std::uint8_t> samples;  // interleaved
};

// The sky dark, the stars bright, whatever the exposure: an automatic stretch per colour. Enlarged (linearly) or
// reduced (means) to the size asked for.
Rgb8 night_picture(const Colour& colour, int width, int height);
// The converter's 12 bits; of sums of four times 4, of full 16 bits times 16 (sums: times 4 as well).
inline constexpr double kBlack = 200, kWhite = 4095;

// The same tones for all pictures of a panorama: black to white as the sensor has them, a gamma of 2.2. `balance`: what
// red, green and blue count.
Rgb8 day_picture(const Colour& colour, double black, double white, int width, int height,
                 const std::array<double, 3>& balance = {1, 1, 1});
// The middle of green, by which day is told from night.
double middle_of_green(const Colour& colour);

}  // namespace nightstack::device::sim
