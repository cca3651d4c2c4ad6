// SPDX-License-Identifier: MIT
// The JSON report beside the stack of a film, and its header: what went in, and what became of each group.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "io/fits/cards.h"
#include "pipeline/graph/video_run.h"
#include "tools/cli/settings.h"
#include "tools/session/film_reel.h"
#include "tools/session/linear_scale.h"
#include "tools/session/report.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Said of every film, to people, in the header and in the report.
inline constexpr char kFilmNote[] =
    "the pictures of a film are made for the eye (8 bits, JPEG): their values, and those of the stack, are not linear";

struct FilmReport {
    const StackOptions* options = nullptr;
    const std::vector<Setting>* settings = nullptr;
    const FilmReel* reel = nullptr;
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
