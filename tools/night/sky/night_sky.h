// SPDX-License-Identifier: MIT
// Where a live night looks: its reference's stars held against the star atlas of the program, without anybody's help
// and without a network. Pure functions; any thread. A frame of a DWARF II that is where it should be takes some 25 ms;
// one that is found nowhere half a second, for each place and scale that is tried.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "pipeline/core/frame.h"
#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/astrometry/wcs.h"
#include "tools/live/ledger.h"
#include "tools/night/show/night_state.h"

namespace nightstack::tools {

// What is known of a frame before. All pixels are those of the whole frame as presented (rows top-down, centres at
// integers), as LiveGrid::stars, LightMeasurement::stars and LedgerMeasure::stars have them: not those of superpixel
// planes, which are half as many.
struct SkyQuestion {
    std::span<const Star> stars;  // any order
    StreamFormat format;          // of the frame
    FrameInfo info;               // place, optics and object as its header tells
    LedgerSky header;             // sky_of(frame): what else its header tells, and whether its rows are stored reversed
    std::optional<SkyPoint> told;  // where the night was told to look: --target, a plan
    std::string told_name;         // in words, "" none
};

struct FoundSky {
    NightSky sky;            // of the reference; `text` says how it was found, or why not
    std::optional<Wcs> wcs;  // of the frame as presented
    LedgerSky ledger;        // for LiveLedger::sky: the plate as cards, rows as stored in the frame's file; where there
                             // is none what the header says, as it was
};

// Tries the places that are known (told; the header's; that of the object it names) with the scales that are known
// (the header's; that of the scope by its name), first as they should be, then with wider bounds and in a mirror. A
// plate that the header has and the stars do not refute (too few of them) is taken as it is. Never throws for what the
// values are, however odd.
FoundSky find_sky(const SkyQuestion& question);

// The frame is turned by about half a turn against the reference: a mount has gone over the meridian.
bool is_flip(const Transform& ref_from_frame);

}  // namespace nightstack::tools
