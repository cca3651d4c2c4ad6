// SPDX-License-Identifier: MIT
// The JSON report beside the stack of a film, and its header: what went in, and what became of each group.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/fits/cards.h"
#include "pipeline/graph/video_run.h"
#include "tools/cli/settings.h"
#include "tools/session/linear_scale.h"
#include "tools/session/report.h"

namespace nightstack::tools {

// Said of every film, to people, in the header and in the report.
inline constexpr char kFilmNote[] =
    "the pictures of a film are made for the eye (8 bits, JPEG): their values, and those of the stack, are not linear";

// Where the pictures came from.
struct FilmFacts {
    std::vector<std::pair<std::string, std::string>> inputs;  // name, kind
    std::optional<double> pictures_per_s;
    std::uint64_t dropped_parts = 0;  // that held no whole picture
};

// Of all pictures; in = stacked + rejected + dropped + failed.
struct FilmCounts {
    std::uint64_t in = 0, stacked = 0, rejected = 0, dropped = 0, failed = 0;
    std::vector<std::pair<std::string, std::uint64_t>> reasons;  // of what is not stacked
};
FilmCounts film_counts(const VideoCounts& counts);
std::string film_counts_text(const FilmCounts& counts);  // "9 pictures: 8 stacked, 1 rejected, ... (no_match 1)"

struct FilmReport {
    const std::vector<Setting>* settings = nullptr;
    FilmFacts film;
    FilmCounts counts;
    const VideoRun* run = nullptr;
    const VideoOptions* video = nullptr;
    const StackSummary* summary = nullptr;
    std::array<double, 3> noise{};
    std::optional<LinearScale> scale;
    std::vector<std::pair<std::string, std::string>> more;  // key, JSON text
    RunFigures figures;
};

std::string film_report_json(const FilmReport& report);

// No exposure, time or gain: a film says nothing of them.
io::FitsCards film_cards(const FilmReport& report);

// What is said at the end.
std::string film_summary(const FilmReport& report);

// The same of what of the film was not played, where there is such.
std::string lost_parts(const FilmReport& report);

}  // namespace nightstack::tools
