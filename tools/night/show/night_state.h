// SPDX-License-Identifier: MIT
// What a live night shows of itself, at one moment: to the terminal, to GET /api/state and /api/frames, to the report.
// Plain values; times are UTC.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/transform.h"
#include "pipeline/stages/progress/stack_noise.h"
#include "pipeline/stages/progress/time_to_snr.h"

namespace nightstack::tools {

using NightTime = std::chrono::system_clock::time_point;

enum class NightPhase { waiting, stacking, paused, finishing, done, failed };

// in = stacked + rejected + dropped + failed + under_way, at every moment.
struct NightCounts {
    std::uint64_t in = 0, stacked = 0, rejected = 0, dropped = 0, failed = 0;
    std::uint64_t under_way = 0;  // came, no verdict yet
    bool add_up() const { return in == stacked + rejected + dropped + failed + under_way; }
};

// A frame that has its verdict. Figures are absent where unknown.
struct NightFrame {
    std::uint64_t seq = 0;             // from 1
    std::string file;                  // fit for a screen
    std::string verdict;               // stacked rejected failed
    std::string reason;                // "" when stacked
    std::string text;                  // why, with the numbers
    std::optional<NightTime> exposed;  // its middle, as its header tells
    std::optional<double> exposure_s, stars, fwhm_px, roundness, background_adu, transparency, residual_px;
    std::optional<Transform> ref_from_frame;
    double weight = 0;
};

// Figures of the stack, as of `frames` stacked ones.
struct NightProgress {
    std::vector<StackNoise> noise;  // measured so far, thinned when there are many
    std::optional<NoiseFit> fit;
    std::optional<double> signal_adu, snr;  // of what is looked at: the brightest tenth of what stands out
    std::optional<TimeToSnr> wanted;        // where an SNR was asked for
    bool floor_reached = false;             // more frames gain next to nothing: dither
    std::string advice;                     // one sentence, or ""
    std::optional<double> fwhm_px;          // median of the last frames
    std::optional<double> transparency_per_hour, drift_px_per_hour, rotation_deg_per_hour;
};

// Where it looks.
struct NightSky {
    bool solved = false;
    double ra_deg = 0, dec_deg = 0;  // J2000, of the reference's middle
    double arcsec_per_px = 0;
    double north_deg = 0;  // counted from up to left on the picture, row 0 on top
    bool mirrored = false;
    std::optional<double> off_deg;  // from where it was told to look
    std::string text;               // one sentence, also why there is no solution
    struct Object {
        std::string name;
        double x = 0, y = 0;  // pixels of the reference
    };
    std::vector<Object> objects;  // known things in the field, brightest first
};

// The mount has gone over the meridian, or back: where the first frame after that looks, by its own stars.
struct NightFlip {
    std::uint64_t seq = 0;
    std::string file;     // fit for a screen
    double turn_deg = 0;  // of the field against the reference, -180 to 180
    NightSky sky;         // of that frame; without objects
};

// Of a scope; absent where it has not told.
struct NightScope {
    std::string host;
    bool online = false;
    std::string doing;  // "capturing 12 of 200"
    std::optional<int> battery_percent, temperature_c;
    std::optional<std::uint64_t> card_free_bytes;
    std::optional<std::int64_t> taken, asked;
    bool raw = false;  // takes RAW frames now, as far as is known
};

struct NightState {
    std::string session;  // the folder's name
    std::string target;
    std::string source;  // "folder /x", "scope 192.168.88.1"
    NightPhase phase = NightPhase::waiting;
    NightTime begun{};
    std::uint64_t rev = 0;  // of the stack: one more whenever it is another
    NightCounts counts;
    std::map<std::string, std::uint64_t> reasons;  // of what is rejected or failed
    double livetime_s = 0;                         // exposure in the stack
    NightProgress progress;
    NightSky sky;
    std::optional<NightFlip> flip;  // the last
    std::optional<NightScope> scope;
    std::optional<std::uint64_t> expected;     // frames still to come
    std::optional<std::chrono::seconds> left;  // time still to come, by what is expected
    std::uint64_t disk_free_bytes = 0;         // where the session lies
    double bytes_per_s = 0;                    // frames coming in, over the last minute
    double written_per_hour = 0;               // by journal and checkpoints
    std::vector<std::string> notices;          // the newest last, at most kNightNotices
    std::vector<std::string> products;         // when done: files, below the session's folder
};
inline constexpr std::size_t kNightNotices = 50;

// The picture of the stack as it stands: a PNG.
struct NightPicture {
    std::uint64_t rev = 0;
    std::vector<std::byte> png;
};

}  // namespace nightstack::tools
