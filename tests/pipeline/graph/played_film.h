// SPDX-License-Identifier: MIT
// A film played to its end, with what was told of every picture; that the counts hold is checked at every step.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/graph/video_run.h"

namespace nightstack::test {

VideoOptions video_options(int group, double lucky_percent = 100);

struct PlayedFilm {
    ThreadRunner runner;
    VideoRun run;
    std::map<std::size_t, VideoVerdict> verdicts;  // by the picture's position
    PlayedFilm(const std::vector<std::string>& film, const VideoOptions& options, int threads = 1);

    std::size_t stacked() const { return run.counts().stacked; }
    LivePicture picture(const Rect& area) { return run.stack()->snapshot(area, runner); }
    // The texts of all verdicts, for a test that fails.
    std::string whys() const;
};

}  // namespace nightstack::test
