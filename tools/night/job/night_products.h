// SPDX-License-Identifier: MIT
// The end of a night: its products, in the results folder of the session.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/stages/astrometry/wcs.h"
#include "tools/cli/talk.h"
#include "tools/live/live_state.h"
#include "tools/night/job/night_job.h"
#include "tools/night/show/night_state.h"
#include "tools/session/masters.h"

namespace nightstack::tools {

// Everything is borrowed. The results folder is the session's own: what lies there under our names is replaced.
struct NightEnd {
    const NightJobOptions& options;
    std::filesystem::path results;
    std::filesystem::path frames;  // folder the frames lie in or below
    LiveState& state;
    const SessionMasters& masters;
    std::size_t memory = 0;  // ceiling of the process
    std::optional<Wcs> sky;  // of the reference as presented, where it is known
    NightState shown;        // as it is shown at the end
    // Told the names of all that may be written, before anything is.
    std::function<void(const std::vector<std::string>& files)> about_to_write;
    // Does what writes a file; again, where the disk was full.
    std::function<void(const std::function<void()>& work)> insist;
};

struct NightProducts {
    std::vector<std::string> files;  // names, the FITS first
    bool unread = false;             // the finishing pass had to do without some frames
};

// What the masters were made of, wherever it lies.
std::vector<std::filesystem::path> calibration_files(const SessionMasters& masters);

// FITS, PNG, report, the live stack itself, a page about the night, and a picture with captions where the sky is known.
// Throws as StackWriter and save_state; Interrupted.
NightProducts write_night_products(const NightEnd& end, Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
