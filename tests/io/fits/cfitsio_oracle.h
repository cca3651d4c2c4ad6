// SPDX-License-Identifier: MIT
// What cfitsio makes of a file. The only place in the tests that calls it, always by the diskfile
// functions, which take names literally.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace nightstack::test {

struct OraclePicture {
    int status = 0;  // cfitsio's; 0 = read
    std::string error;
    int width = 0;
    int height = 0;
    int planes = 1;
    std::vector<float> pixels;  // plane after plane; undefined integers are NaN
};

// Unit `hdu` counts from 1, the primary.
OraclePicture read_with_cfitsio(const std::filesystem::path& path, int hdu = 1);

// As stored numbers of `bitpix` with BZERO, BSCALE as given (0, 1: no cards), `planes` planes.
// Returns cfitsio's status.
int write_with_cfitsio(const std::filesystem::path& path, int bitpix, int width, int height, int planes, double bzero,
                       double bscale, const std::vector<double>& physical);

// A keyword as text, "" if absent.
std::string keyword_by_cfitsio(const std::filesystem::path& path, int hdu, const std::string& key);

// Whether cfitsio calls the file sound after checking its structure (fits_verify is not a library
// call, so: every unit is opened, its header read and its size known).
int units_by_cfitsio(const std::filesystem::path& path);

}  // namespace nightstack::test
