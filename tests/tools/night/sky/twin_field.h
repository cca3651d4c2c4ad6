// SPDX-License-Identifier: MIT
// Frames of the tele camera of the scope's twin towards any place in the sky, with the truth about them.
#pragma once

#include <memory>
#include <vector>

#include "device/sim/sky/twin_sky.h"
#include "pipeline/core/image.h"
#include "pipeline/graph/light.h"
#include "pipeline/stages/astrometry/wcs.h"

namespace nightstack::testing_night {

struct TwinField {
    Image<std::uint16_t> image;
    device::sim::FrameRecord record;
    StreamFormat format;
    FrameInfo info;  // as a DWARF II writes it, with no place and no object
    SkyPoint told;

    SkyPoint centre() const { return {record.ra_deg, record.dec_deg}; }
    // Position angle of up, north over east, by the truth.
    double up_deg() const { return record.rot_deg; }
    // Borrows the image.
    Light light() const;
};

// Twelve places: both poles and near them, RA 0 from both sides, Milky Way and far from it.
std::vector<SkyPoint> twelve_places();

// 15 s, tracked, at a site and in a dark night where it stands high; `variant` turns the field by choosing the hour.
// Binned 2x2: 1920 x 1080.
TwinField twin_field(const SkyPoint& told, unsigned variant);

}  // namespace nightstack::testing_night
