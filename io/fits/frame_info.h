// SPDX-License-Identifier: MIT
// What a header says about its exposure, whichever program wrote it.
#pragma once

#include <optional>
#include <string>

#include "io/fits/header.h"
#include "pipeline/core/cfa.h"
#include "pipeline/core/frame.h"

namespace nightstack::io {

// Knows the usual keywords and their aliases (EXPTIME EXPOSURE EXP; XBINNING or BINNING '2*2'; both
// DATE-OBS forms; CCD-TEMP DET-TEMP ...) and the DWARFs' habits: RA in hours on a DWARF II, RA = DEC = 0
// for "unknown". Values that cannot be (negative exposure, declination 100) are absent.
FrameInfo frame_info(const FitsHeader& header);

// The role behind IMAGETYP words such as 'Light Frame', 'DARK', 'flatfield', 'Offset', 'zero'.
ImageRole parse_image_role(std::string_view word);

// Written by this program: never a light of a new stack.
bool is_own_product(const FitsHeader& header);

// How many exposures went into it, as STACKCNT, NCOMBINE, IMGCOUNT or LIGH_CNT tell; 1 when they do not.
int stack_count(const FitsHeader& header);

// ROWORDER = 'BOTTOM-UP'. Absent or other words: row 0 of the file is the top.
bool rows_bottom_up(const FitsHeader& header);

// The pattern at pixel (0, 0), top row first, XBAYROFF and YBAYROFF applied; nullopt for a mono camera.
// Throws FitsError (pattern) beginning with `name` when a pattern is named that we do not know.
std::optional<CfaPattern> cfa_pattern(const FitsHeader& header, const std::string& name);

}  // namespace nightstack::io
