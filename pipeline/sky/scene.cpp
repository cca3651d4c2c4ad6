// SPDX-License-Identifier: MIT
#include "pipeline/sky/scene.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/sky/elementary.h"
#include "pipeline/sky/random.h"

namespace nightstack::sky {

namespace {

enum Stream : std::uint64_t { star_stream = 11, galaxy_stream, nebula_stream };

// One draw after the other from a stream of its own, for objects that need several.
class Draws {
public:
    Draws(std::uint64_t seed, Stream what, int number)
        : key_(stream_key(seed, what, static_cast<std::uint64_t>(number))) {}
    double uniform(double low, double high) { return low + (high - low) * uniform_at(key_, counter_++); }
    double normal() { return normal_at(key_, counter_++); }

private:
    std::uint64_t key_;
    std::uint64_t counter_ = 0;
};

SceneStar make_star(const SceneOptions& o, int number) {
    Draws draws(o.seed, star_stream, number);
    SceneStar star;
    star.x = draws.uniform(-0.5 - o.margin_px, o.width - 0.5 + o.margin_px);
    star.y = draws.uniform(-0.5 - o.margin_px, o.height - 0.5 + o.margin_px);
    // Inverse of the cumulative counts, cut at the bright end.
    const double tail = power_of(o.faintest_e / o.brightest_e, o.slope);
    const double rank = draws.uniform(tail, 1);
    const double green = o.faintest_e * power_of(rank, -1 / o.slope);
    const double tint = draws.normal() * o.colour_spread;
    star.flux_e = {green * exp_of(tint - 0.15), green, green * exp_of(-1.1 * tint - 0.25)};
    return star;
}

// A disk and a rounder, yellower bulge.
void add_galaxy(Scene& scene, const SceneOptions& o, int number) {
    Draws draws(o.seed, galaxy_stream, number);
    ExtendedObject disk;
    disk.profile = Profile::exponential;
    disk.x = o.width * draws.uniform(0.2, 0.8);
    disk.y = o.height * draws.uniform(0.2, 0.8);
    disk.half_light_px = std::max(2.0, o.width * draws.uniform(0.012, 0.03));
    disk.axis_ratio = draws.uniform(0.35, 0.9);
    disk.angle_rad = draws.uniform(0, pi);
    const double total = std::ldexp(o.galaxy_e, -number);
    disk.flux_e = {0.6 * total, 0.7 * total, 0.65 * total};
    ExtendedObject bulge = disk;
    bulge.profile = Profile::gaussian;
    bulge.half_light_px = std::max(1.5, disk.half_light_px / 4);
    bulge.axis_ratio = 0.5 * (1 + disk.axis_ratio);
    bulge.flux_e = {0.32 * total, 0.3 * total, 0.2 * total};
    scene.extended.push_back(disk);
    scene.extended.push_back(bulge);
}

void add_nebula_clump(Scene& scene, const SceneOptions& o, int number) {
    Draws draws(o.seed, nebula_stream, number);
    ExtendedObject clump;
    clump.x = o.width * (0.62 + 0.12 * draws.normal());
    clump.y = o.height * (0.42 + 0.14 * draws.normal());
    clump.half_light_px = std::max(3.0, o.width * draws.uniform(0.015, 0.06));
    clump.axis_ratio = draws.uniform(0.3, 1);
    clump.angle_rad = draws.uniform(0, pi);
    const double peak = o.nebula_peak_e * draws.uniform(0.4, 1);
    const double sigma = clump.half_light_px / 1.177410023;
    const double total = peak * 2 * pi * sigma * sigma * clump.axis_ratio;
    clump.flux_e = {total, 0.35 * total, draws.uniform(0.3, 0.6) * total};
    scene.extended.push_back(clump);
}

}  // namespace

void SceneOptions::check() const {
    if (width < 1 || height < 1) {
        throw OptionError("scene: size " + std::to_string(width) + "x" + std::to_string(height) + " is empty");
    }
    if (margin_px < 0) throw OptionError("scene: margin_px " + std::to_string(margin_px) + " is negative");
    if (n_stars < 0) throw OptionError("scene: n_stars " + std::to_string(n_stars) + " is negative");
    if (n_galaxies < 0 || n_galaxies > 1000)
        throw OptionError("scene: n_galaxies " + std::to_string(n_galaxies) + " is not in 0..1000");
    if (n_nebula_clumps < 0)
        throw OptionError("scene: n_nebula_clumps " + std::to_string(n_nebula_clumps) + " is negative");
    if (!(faintest_e > 0 && brightest_e >= faintest_e))
        throw OptionError("scene: faintest_e and brightest_e must be positive and in order");
    if (!(slope > 0)) throw OptionError("scene: slope " + std::to_string(slope) + " is not positive");
    if (!(colour_spread >= 0)) throw OptionError("scene: colour_spread is negative");
    if (!(galaxy_e >= 0 && nebula_peak_e >= 0)) throw OptionError("scene: galaxy_e or nebula_peak_e is negative");
}

Scene make_scene(const SceneOptions& options) {
    options.check();
    const double frame_area = static_cast<double>(options.width) * options.height;
    const double whole_area = (options.width + 2.0 * options.margin_px) * (options.height + 2.0 * options.margin_px);
    const int count = static_cast<int>(std::floor(options.n_stars * whole_area / frame_area + 0.5));
    Scene scene;
    scene.stars.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) scene.stars.push_back(make_star(options, i));
    std::sort(scene.stars.begin(), scene.stars.end(), [](const SceneStar& a, const SceneStar& b) {
        if (a.flux_e.g != b.flux_e.g) return a.flux_e.g > b.flux_e.g;
        return a.y != b.y ? a.y < b.y : a.x < b.x;
    });
    for (int i = 0; i < options.n_galaxies; ++i) add_galaxy(scene, options, i);
    for (int i = 0; i < options.n_nebula_clumps; ++i) add_nebula_clump(scene, options, i);
    return scene;
}

void check_scene(const Scene& scene) {
    for (const SceneStar& star : scene.stars) {
        if (!std::isfinite(star.x) || !std::isfinite(star.y))
            throw OptionError("scene: the place of a star is not a number");
        if (!(star.flux_e.r >= 0 && star.flux_e.g >= 0 && star.flux_e.b >= 0)) {
            throw OptionError("scene: a star at " + std::to_string(star.x) + ", " + std::to_string(star.y) +
                              " has a negative flux");
        }
    }
    for (const ExtendedObject& object : scene.extended) object.check();
}

}  // namespace nightstack::sky
