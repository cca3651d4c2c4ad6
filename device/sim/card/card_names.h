// SPDX-License-Identifier: MIT
// What the scope calls its folders and files, by generation of its firmware. Paths are relative to DWARF_II/. Times
// are those of the scope's own clock. Pure functions.
#pragma once

#include <string>

#include "device/sim/card/card_options.h"
#include "device/sim/twin/exposed.h"

namespace nightstack::device::sim {

// The scope's clock at the beginning of an exposure, and when it is written to the card.
SkyTime scope_begin(const Exposed& exposed);
SkyTime scope_written(const Exposed& exposed);

std::string stamp_text(SkyTime time);       // 2024-01-18-21-04-26-954
std::string exif_time(SkyTime time);        // 2024:01:18 21:04:26
std::string exposure_text(double seconds);  // "15", "0.0025": at most six decimals

std::string session_folder(const Exposed& first, Layout layout);
std::string frame_file(const Exposed& frame, Layout layout);  // in the session's folder
std::string stack_file(const Exposed& first, Layout layout);  // the 16-bit stack; "" where there is none
std::string dark_folder(const Exposed& dark, Layout layout);  // one the client has asked for
std::string dark_file(const Exposed& dark, Layout layout);
std::string factory_dark_folder(const Exposed& dark, Layout layout);
std::string factory_master_file(const Exposed& dark, int frames);  // dwarf3 only, where darks come averaged
std::string photo_file(const Exposed& photo, Layout layout);       // in Normal_Photos/
std::string film_file(const Exposed& film);                        // in Videos/
std::string tile_file(const Exposed& tile);                        // in Panoramas/<session>/

}  // namespace nightstack::device::sim
