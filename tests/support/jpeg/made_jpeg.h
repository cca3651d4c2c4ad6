// SPDX-License-Identifier: MIT
// JPEGs for tests and benchmarks, by libjpeg-turbo, of scenes a telescope's video shows. The same bytes for the same
// wish.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nightstack::test {

enum class Scene {
    day,    // texture everywhere
    night,  // stars on a noisy sky
};

struct Rgb8 {
    int width = 0, height = 0;
    std::vector<std::uint8_t> pixels;  // red, green, blue
};
Rgb8 made_scene(Scene scene, int width, int height, unsigned seed);

struct JpegWish {
    int quality = 80;
    int chroma_x = 2, chroma_y = 2;  // 0: gray
    bool progressive = false;
    bool stored_as_rgb = false;
    int restart_rows = 0;
    bool exif_thumbnail = false;
};
// As a string, for it is cut and damaged.
std::string made_jpeg(const Rgb8& scene, const JpegWish& wish = {});
inline std::string made_jpeg(Scene scene, int width, int height, unsigned seed, const JpegWish& wish = {}) {
    return made_jpeg(made_scene(scene, width, height, seed), wish);
}

// A progressive picture of so many scans, the last ones of the same few bytes: small, and long to decode.
std::string many_scans(int width, int height, int scans);
// Another size in the header; the rest stays.
std::string claiming(std::string jpeg, int width, int height);

}  // namespace nightstack::test
