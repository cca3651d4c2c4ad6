// SPDX-License-Identifier: MIT
// What a scope is to take in a night: one target from flags, or several from a file (TOML). Plain values; reading is
// pure. Times are UTC, degrees J2000, longitude east positive.
//
//     site = "48.1,11.6,520"            # or [48.1, 11.6, 520.0]; without it that of the settings or --site
//
//     [[target]]
//     name = "M 42"                     # or ra_h = 5.588 and dec_deg = -5.39, then the name is a label
//     start = 2026-01-18T20:00:00Z      # not before; also as text. Without it any time
//     end = 2026-01-18T23:30:00Z        # not after
//     min_alt_deg = 30                  # not while it stands lower; 0 without
//     exposure_s = 15
//     gain = 80
//     binning = "1x1"                   # or "2x2"
//     ir = "pass"                       # or "cut"; without it the filter stays as it is
//     count = 200                       # frames; may be left out where there is an end
//     darks = "auto"                    # darks the scope lacks are taken, with the lid on; "off": they are not
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/dwarf/protocol/requests.h"
#include "device/dwarf/protocol/types.h"
#include "device/model/target.h"

namespace nightstack::tools {

struct TargetPlan {
    device::Target target;
    std::optional<device::dwarf::Utc> start, end;
    double min_alt_deg = 0;
    device::dwarf::Seconds exposure{15};
    int gain = 80;
    device::dwarf::Binning binning = device::dwarf::Binning::none;
    std::optional<device::dwarf::IrFilter> ir;
    std::optional<int> count;  // frames in all; nothing: until the end
    bool take_darks = false;   // those that the scope lacks
};

struct NightPlan {
    std::optional<device::Site> site;
    std::vector<TargetPlan> targets;  // the first that can be taken is taken
};

inline constexpr int kMostFramesOfTarget = 100'000;
inline constexpr int kMostFramesOfCapture = 999;  // the scope takes no more at once

// What tells a target from all others of the plan, and finds it again in the next call: its place, what its frames are
// taken with, and which of several alike it is ("2"). Count, hours and darks may be changed: it is the same target.
std::string part_of(const NightPlan& plan, std::size_t index);

// The capture that takes `count` frames of it, without its name.
device::dwarf::request::Raw raw_of(const TargetPlan& plan, int count);

// Throws OptionError for what no scope can take: in the words of the interface table, or why.
void check_target(const TargetPlan& plan);

// Throws OptionError with line and reason: keys nobody knows, values that cannot be meant, no target.
// `what` stands before each: the file's name.
NightPlan read_night_plan(std::string_view toml, const std::string& what);
NightPlan read_night_plan(const std::filesystem::path& file);  // and IoError

}  // namespace nightstack::tools
