// SPDX-License-Identifier: MIT
// What the twin's cameras see by day, and what hides the stars by night: mountains, hills, woods, and a plain with
// fields, trees, houses and rocks, all around, without a seam; above it a sky with clouds. Made from a seed, the same
// for every camera at every time; it lies so far away that nothing moves when the scope turns. Texture goes down to the
// size of a pixel, whatever that is; finer texture is left out. Read by any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "device/sim/landscape/light.h"

namespace nightstack::device::sim {

inline constexpr double kHighestRidge_deg = 7.5;  // no skyline rises above

class Landscape {
public:
    explicit Landscape(std::uint64_t seed);
    ~Landscape();
    Landscape(const Landscape&) = delete;
    Landscape& operator=(const Landscape&) = delete;

    // Altitude below which nothing of the sky is seen, but for trees and houses that stand out.
    double skyline_deg(double azimuth_deg) const;

    class Parts;
    const Parts& parts() const { return *parts_; }

private:
    std::unique_ptr<const Parts> parts_;
};

// The light of one row, electrons per pixel. A pixel collects land + left * (what comes from the sky + sky), where what
// comes from the sky has LandscapeLight::day in it, evenly.
struct RowLight {
    std::vector<Colour3> land;
    std::vector<Colour3> sky;  // may be negative: the day is not the same everywhere
    std::vector<float> left;   // part of the sky's light that nothing stands in front of
};

// The landscape as one exposure of a camera shows it, ready to be asked row by row. The landscape must outlive it.
class LandscapeView {
public:
    LandscapeView(const Landscape& landscape, const LandscapeCamera& camera, const LandscapeLight& light);
    ~LandscapeView();
    LandscapeView(const LandscapeView&) = delete;
    LandscapeView& operator=(const LandscapeView&) = delete;

    // Whether the frame shows anything of it: by night only what lies below the skyline.
    bool seen() const;
    RowLight row_light(int y) const;

    class Parts;

private:
    std::unique_ptr<const Parts> parts_;
};

}  // namespace nightstack::device::sim
