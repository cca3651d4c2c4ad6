// SPDX-License-Identifier: MIT
// shotsInfo.json, what the scope notes about a session while it runs. It may be missing, half
// written or say something else than the folder's name: a hint, never a reason to fail.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace nightstack::io {

// Absent means not said. Right ascension and declination 0/0 is how the scope writes "unknown".
struct ShotsInfo {
    std::string target;
    std::string format;  // FITS, TIFF
    std::string ir;      // CUT, PASS, VIS, Astro, Duo-Band ...
    std::optional<double> exposure_s;
    std::optional<double> gain;
    std::optional<int> binning;
    std::optional<double> ra_deg;  // the file holds hours
    std::optional<double> dec_deg;
    std::optional<int> shots_to_take;
    std::optional<int> shots_taken;
    std::optional<int> shots_stacked;
    std::optional<double> min_temperature_c;
    std::optional<double> max_temperature_c;
    friend bool operator==(const ShotsInfo&, const ShotsInfo&) = default;
};

struct ShotsInfoReading {
    std::optional<ShotsInfo> info;
    std::string warning;  // one line when there is a file, but nothing could be read from it
};

// Never throws for any text. Texts above 64 KiB or nested deeper than 8 are refused.
ShotsInfoReading parse_shots_info(std::string_view text);
// The same of a file; a missing one gives neither info nor warning.
ShotsInfoReading read_shots_info(const std::filesystem::path& file);

// "1/400", "15", "0.0025" in seconds; nothing for other texts, zero and below.
std::optional<double> parse_exposure(std::string_view text);

}  // namespace nightstack::io
