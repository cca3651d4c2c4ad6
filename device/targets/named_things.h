// SPDX-License-Identifier: MIT
// What has a name around a place in the sky: objects of Messier, NGC and IC and what else people point at, and stars
// with names. For captions of pictures. Constant data: read once at first use (10 ms or so), then any thread.
#pragma once

#include <string>
#include <vector>

#include "device/model/target.h"

namespace nightstack::device {

struct NamedThing {
    std::string name;  // "M 31 Andromeda Galaxy", "NGC 206", "Alcyone": ASCII
    Equatorial place;
    float magnitude = 0;     // V; a guess where no list has one
    float major_arcmin = 0;  // of objects, 0 unknown; of stars 0
    bool star = false;
};

// Those whose middle lies in the cone, brighter than `faintest`, brightest first. Of objects that several lists or
// numbers name (within half a minute of arc) only one is told: the one with most names.
std::vector<NamedThing> named_near(const Equatorial& centre, double radius_deg, double faintest);

}  // namespace nightstack::device
