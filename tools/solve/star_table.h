// SPDX-License-Identifier: MIT
// The two tables exchanged with solve-field. Positions are in pixels as the pipeline counts them (centres at integers
// from 0); in the files FITS counts from 1.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "pipeline/core/star.h"
#include "pipeline/stages/astrometry/wcs.h"

namespace nightstack::tools {

// A FITS binary table of X, Y, FLUX. Throws IoError.
void write_star_table(const std::filesystem::path& path, std::span<const Star> stars);

// One star of the picture and what the catalogue says about it.
struct CatalogueMatch {
    Point star;
    SkyPoint catalogue;
};

// Reads field_x, field_y, index_ra, index_dec of a table somebody else has written: header through the gate's reader,
// sizes held against the file, numbers against the sky. Throws FormatError, IoError.
std::vector<CatalogueMatch> read_matches(const std::filesystem::path& path);

}  // namespace nightstack::tools
