// SPDX-License-Identifier: MIT
// Photos with either camera, video and time lapse with the tele camera (10006 to 10019).
#pragma once

#include <string>

#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct Shots {
    int photos_left = 0;    // of the running order
    int photos_wanted = 0;  // in it
    int camera = 0;         // that takes them
    TimerId photo;
    bool video = false;
    TimerId time_lapse;  // runs until its output is long enough
    TimerId film;        // the next picture of a video or time lapse
    int pictures = 0;    // of that film
    int pictures_wanted = 0;
    int interval_s = 0;
    std::string name;
    // In the twin's whole life.
    int photos = 0;  // of the tele camera
    int wide_photos = 0;
    int videos = 0;
    int time_lapses = 0;
};

std::span<const Row> shot_rows();
void end_shots(Body& body);  // at once, without a word

}  // namespace nightstack::device::sim
