// SPDX-License-Identifier: MIT
// A world coordinate system from and to FITS headers. CRPIX counts from 1, Wcs from 0; there is no other difference:
// rows are stored in the order in which they are counted, whatever ROWORDER says about the picture's top.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "io/fits/cards.h"
#include "io/fits/header.h"
#include "pipeline/stages/astrometry/wcs.h"

namespace nightstack::tools {

// RA---TAN or RA---TAN-SIP with a CD matrix, or PC or CROTA2 and CDELT, and SIP up to kMaxSipOrder; ICRS or J2000.
// Throws FormatError beginning with `name` for anything else and for numbers that cannot be.
Wcs wcs_of(const io::FitsHeader& header, const std::string& name);

// Of a file somebody else has written: its primary header, through the reader of the gate. Throws FormatError, IoError.
Wcs read_wcs_file(const std::filesystem::path& path);

// WCSAXES, CTYPE, CUNIT, CRVAL, CRPIX, CD, RADESYS, SIP when there is any, PLTSOLVD where somebody has solved it.
io::FitsCards wcs_cards(const Wcs& wcs, bool solved = true);

// Cards as lines without the blanks behind, as a live stack keeps them; and such lines, from wherever, as a header.
std::vector<std::string> lines_of(const io::FitsCards& cards);
io::FitsHeader header_of_lines(std::span<const std::string> lines);

}  // namespace nightstack::tools
