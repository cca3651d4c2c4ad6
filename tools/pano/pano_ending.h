// SPDX-License-Identifier: MIT
// From tiles that have their places to pictures, reports and the last words, however the tiles came.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/pano/growing_panorama.h"
#include "tools/pano/pano_options.h"
#include "tools/pano/pano_page.h"
#include "tools/pano/pano_picture.h"
#include "tools/pano/pano_report.h"
#include "tools/pano/result_names.h"
#include "tools/session/run_figures.h"

namespace nightstack::tools {

struct PanoCall {
    const PanoOptions& options;
    const std::vector<Setting>& settings;
    Runner& runner;
    Talk& talk;
    const std::stop_token& stop;
};

class PanoEnding {
public:
    // Looks at the names of the results and takes memory by what the options say. What `call` names must outlive this.
    // Throws OptionError, IoError.
    explicit PanoEnding(const PanoCall& call);

    PhaseTimes& phases() { return phases_; }
    const ResultNames& names() const { return names_; }

    // `notes`: for the report. Returns an exit code: kDone, kSomeInputsFailed when tiles were left out or could not be
    // read, kNoUsableFrame when nothing hangs together. Throws OptionError, IoError, Interrupted.
    int finish(const GrowingPanorama& tiles, const std::vector<std::string>& notes);

private:
    void tell_placement(const GrowingPanorama& tiles) const;
    void make_pictures(const GrowingPanorama& tiles);
    PanoReport report(const GrowingPanorama& tiles, const std::vector<std::string>& notes);
    void write_reports(const GrowingPanorama& tiles, const std::vector<std::string>& notes);
    std::vector<PagePanorama> page_pictures(const GrowingPanorama& tiles) const;
    int tell_done(const GrowingPanorama& tiles) const;

    const PanoCall call_;
    const PanoOptions& o_;
    const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    PhaseTimes phases_;
    std::size_t memory_ = 0;
    const ResultNames names_;
    std::vector<MadePanorama> made_;
};

}  // namespace nightstack::tools
