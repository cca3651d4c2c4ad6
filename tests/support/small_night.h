// SPDX-License-Identifier: MIT
// A small night on disk, rendered by pipeline/sky: lights and calibration frames as cameras and people lay them out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/fits/cards.h"
#include "pipeline/core/cfa.h"
#include "pipeline/sky/anomalies.h"

namespace nightstack::test {

enum class NightLayout {
    dwarf2_first,  // 2023: Astronomy/DWARF_RAW_<time>/0000.fits, EXP, BINNING='2*2', darks in DWARF_DARK
    dwarf2_dated,  // 2024: DWARF_RAW_<target>_EXP_.., names with counter, shotsInfo.json, odd DATE-OBS
    dwarf3,        // DWARF_RAW_TELE_.., names with time and temperature, EXPTIME and XBINNING
    sorted,        // <object>/lights, darks, flats, biases
    imagetyp,      // one folder, told apart by IMAGETYP
    plain,         // one folder of lights, calibration frames in folders beside it
};

struct SmallNightOptions {
    NightLayout layout = NightLayout::plain;
    int width = 480;
    int height = 320;
    int frames = 8;
    int darks = 0;
    int flats = 0;
    int biases = 0;
    std::optional<CfaPattern> cfa = CfaPattern::gbrg;
    std::uint64_t seed = 1;
    std::string object = "M 1";
    double exposure_s = 15;
    int gain = 80;
    int dark_gain = 80;
    double rotation_deg = 1.5;
    double drift_x_px = 9, drift_y_px = -6;
    double distortion_k1 = 0;  // of the lens
    int first = 0;             // the lights are frames of a longer night, of the same scene, from this one on
    int of_frames = 0;         // that the longer night has at least
    double sky_factor = 1;
    sky::Anomalies anomalies;
    std::vector<int> device_failed;  // lights named failed_...
};

struct SmallNight {
    std::filesystem::path session;  // what a user would name: the folder of the lights, or the one above when sorted
    std::vector<std::filesystem::path> lights;
    std::vector<std::filesystem::path> darks, flats, biases;
};

// Writes into `root`, which may exist.
SmallNight write_small_night(const std::filesystem::path& root, const SmallNightOptions& options = {});

// The cards of light `index` in a plain layout, to write odd frames with.
io::FitsCards plain_cards(const SmallNightOptions& options, int index, const std::string& image_type);

// The bytes of a file; `write_bytes` makes the folders above it.
std::string read_bytes(const std::filesystem::path& path);
void write_bytes(const std::filesystem::path& path, const std::string& bytes);

}  // namespace nightstack::test
