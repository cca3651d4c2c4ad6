// SPDX-License-Identifier: MIT
// What the card needs of the sky: raw pixels of an exposure. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "device/sim/twin/exposed.h"
#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack::device::sim {

class PictureMaker {
public:
    virtual ~PictureMaker() = default;
    // Fills `out` with raw values (GBRG), first row first. `first`: the first exposure of the same session. Returns
    // where pixels of the first frame lie in this one.
    virtual Transform expose(const Exposed& exposed, const Exposed& first, ImageView<std::uint16_t> out) = 0;
    // The frame or tile that expose() has made last stands whole on the card, under this path from the card's root.
    virtual void written(const Exposed& /*exposed*/, const std::string& /*file*/) {}
    // No frame of this RAW session comes any more.
    virtual void session_over(const std::string& /*session*/) {}
};

}  // namespace nightstack::device::sim
