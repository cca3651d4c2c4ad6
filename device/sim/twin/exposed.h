// SPDX-License-Identifier: MIT
// What the twin's cameras have taken, told by its brain to whoever draws the pictures and writes the card. Plain
// values; all times are the true sky's, all directions those the mount believes in (its errors are the drawer's).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/model/target.h"
#include "device/targets/horizon.h"

namespace nightstack::device::sim {

using SkyTime = std::chrono::sys_time<std::chrono::milliseconds>;

// Where the tube points and what carries it, over one exposure.
struct Aim {
    AltAz place;            // true direction at the beginning, pointing error of an uncalibrated scope included
    bool tracking = false;  // follows the sky; otherwise stands still above the ground
    Equatorial told;        // what the client asked for, J2000; 0/0 when nothing
};

// What the world does to one exposure (faults sky.*, mount.*); 0 and 1: nothing.
struct Weather {
    double cloud = 0;       // part of the starlight lost
    double wind_px = 0;     // length of the stars' lines, tele pixels at 1x1
    double drift_px_s = 0;  // beside the mount's own, tele pixels at 1x1 a second
    int satellites = 0;     // trails across the field
    bool plane = false;     // a plane: two wide trails with blinking lights
    double drift_px = 0;    // what such drift had come to when the exposure began
};

// How its file gets onto the card (faults file.half, file.grow, card.full).
struct Writing {
    double share = 1;  // of its bytes that are written before the first pause
    int pieces = 1;    // in which the rest comes; 0: never
    int ms = 0;        // from the first piece to the last, in the time of whoever looks at the card
};

struct Exposed {
    enum class Kind { raw, dark, photo, video, time_lapse, tile, sample };  // sample: a picture for a stream only
    Kind kind = Kind::raw;
    int camera = 0;  // 0 tele, 1 wide
    SkyTime begin{};
    double exposure_s = 0;
    int gain = 0;
    int binning = 0;  // 0 1x1, 1 2x2
    int format = 0;   // of raw: 0 FITS, 1 TIFF
    bool ir_pass = false;
    double focus = 1;  // FWHM over the best one's
    double sensor_c = 20;
    Aim aim;
    Weather weather;

    std::string session;              // folder of a raw session, panorama or dark set; name of a photo or video
    std::string target;               // "" when none
    int index = 0;                    // in its session, from 0
    int count = 1;                    // wanted in the session
    int stacked = 0;                  // by the scope, this one included
    bool failed = false;              // the scope's own stacker rejected it
    bool last = false;                // the session ends with it, for whatever reason
    std::uint64_t number = 0;         // in the twin's life: its noise
    std::vector<std::string> faults;  // names of those that struck it, for the truth

    bool automatic = false;                    // the camera chose its exposure itself: to the light, not exposure_s
    bool automatic_gain = false;               // likewise its gain, not `gain`
    std::optional<Site> told_site;             // by the last calibration
    int row = 0, column = 0;                   // of a tile
    std::chrono::milliseconds clock_error{0};  // the scope's clock minus the sky's
    Writing writing;
    bool over = false;  // no picture: the RAW session was ended after the frame before (stopped, no card, no power)
};

}  // namespace nightstack::device::sim
