// SPDX-License-Identifier: MIT
// Real stars to about V 11 (Tycho-2 by way of astrometry.net's index files, BSD-2, see data/LICENSE.tycho2; star_pack.h
// says how), fainter ones made from a seed so that counts go on as in the real sky (made_up_stars.h). J2000, epoch
// 2000. Loaded once at first use, then constant: any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "device/model/target.h"

namespace nightstack::device {

struct AtlasStar {
    Equatorial place;
    float magnitude = 0;  // V
    float colour = 0.6f;  // B - V: measured where XHIP has the star (nearly all to V 8), else drawn
    bool real = true;     // false: made up
};

// All stars within `radius_deg` of a place that are brighter than `faintest` V, brightest first, real ones before
// made-up ones of the same brightness. `made_up_seed`: nothing = real stars only.
std::vector<AtlasStar> stars_near(const Equatorial& centre, double radius_deg, double faintest,
                                  std::optional<std::uint64_t> made_up_seed = {});

struct AtlasObject {  // OpenNGC
    Equatorial place;
    float magnitude = 0;     // V, total; guessed from the size where the list has none
    float major_arcmin = 0;  // full axes of the isophote the list gives
    float minor_arcmin = 0;
    float angle_deg = 0;  // position angle of the major axis, north through east
    enum class Kind { galaxy, open_cluster, globular_cluster, nebula, planetary_nebula } kind = Kind::galaxy;
};

// Objects brighter than `faintest` that reach into the cone: their middle may lie outside it by half their major axis.
// Brightest first. The stars of open clusters are in the atlas already.
std::vector<AtlasObject> objects_near(const Equatorial& centre, double radius_deg, double faintest);

}  // namespace nightstack::device
