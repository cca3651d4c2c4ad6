// SPDX-License-Identifier: MIT
// The sky over the twin and the cameras that see it: an Exposed becomes raw pixels and the truth about them. Real
// stars at their places (device/targets/star_atlas), drawn by pipeline/sky. A pure function of options and the
// Exposed: the same frame again comes out the same. One thread at a time; keeps what it can use again.
#pragma once

#include <cstdint>
#include <memory>

#include "device/model/target.h"
#include "device/sim/sky/camera.h"
#include "device/sim/twin/exposed.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/core/transform.h"
#include "pipeline/sky/frame_truth.h"

namespace nightstack::device::sim {

struct SkyOptions {
    std::uint64_t seed = 1;
    Site site;
    PixelScale pixels = PixelScale::twelve_bit;
};

// The truth about one frame, in pixels of the frame as stored (first row first, centres at integers).
struct FrameRecord {
    SkyTime middle{};
    double ra_deg = 0;  // J2000, of the frame's centre pixel, at the middle of the exposure
    double dec_deg = 0;
    double azimuth_deg = 0;  // where that pixel looks above the ground, at the same moment
    double altitude_deg = 0;
    double rot_deg = 0;          // position angle of the frame's up (-y), north through east
    Transform frame_from_first;  // of its session; identity for the first (gnomonic planes: a homography)
    double exposure_s = 0;       // those the automatic chose, or those told
    int gain = 0;
    sky::FrameTruth truth;  // stars in the frame, fwhm, transparency, sky, trails
    CameraTruth camera;
    // What was drawn, by way of truth.frame_from_scene; shared by the frames of a session. Nothing for a dark.
    std::shared_ptr<const sky::Scene> scene;
};

class TwinSky {
public:
    TwinSky(const SkyOptions& options, Runner& runner);
    ~TwinSky();
    TwinSky(const TwinSky&) = delete;
    TwinSky& operator=(const TwinSky&) = delete;

    // Size of what expose() fills: tele 3840x2160, halved by binning; wide 1920x1080.
    static int width(const Exposed& exposed);
    static int height(const Exposed& exposed);

    // Raw values of the sensor as the scope writes them (GBRG). `first` is the first frame of the same session, whose
    // plane `frame_from_first` refers to (the same as `exposed` for the first one). With Exposed::automatic the
    // exposure is found from the light (metering.h); of tiles from the light on `first`. Throws OptionError when `out`
    // has another size.
    FrameRecord expose(const Exposed& exposed, const Exposed& first, ImageView<std::uint16_t> out);

    // The same without pixels.
    FrameRecord record(const Exposed& exposed, const Exposed& first);

private:
    class Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace nightstack::device::sim
