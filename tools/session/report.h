// SPDX-License-Identifier: MIT
// The JSON report beside every stack: what went in, what was done, what became of each frame.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/session/ignored.h"
#include "pipeline/graph/offline_run.h"
#include "tools/cli/settings.h"
#include "tools/session/input_frame.h"
#include "tools/session/linear_scale.h"
#include "tools/session/masters.h"
#include "tools/session/phase_times.h"

namespace nightstack::tools {

// How the run went; with the settings of machine and talk the only part of a report that differs between two runs of
// the same thing.
struct RunFigures {
    double wall_s = 0;
    double cpu_s = 0;
    double peak_mb = 0;
    int threads = 0;
    double memory_mb = 0;  // the ceiling in force
    std::string cpu;       // instruction level
    std::vector<PhaseTime> phases;
};

struct StackReport {
    std::string version;
    std::vector<Setting> settings;       // all of them, as in force
    std::vector<io::Ignored> problems;   // of the scan
    std::span<const InputFrame> lights;  // same order as summary.lights
    const SessionMasters* masters = nullptr;
    const StackSummary* summary = nullptr;
    std::string reference;          // a frame that is none of the lights; "" = the summary's
    std::array<double, 3> noise{};  // per plane, ADU, of the result
    double livetime_s = 0;
    std::vector<std::pair<std::string, std::string>> more;  // further members: key, JSON text
    std::optional<LinearScale> scale;                       // of files with 16 linear bits
    RunFigures run;
};

// Also of a run without a usable frame: no reference then, no canvas, no noise.
std::string report_json(const StackReport& report);

// Members of every report, as JSON: the settings that decide about pixels, and how the run went with the rest.
std::string options_text(const std::vector<Setting>& settings);
std::string run_text(const RunFigures& run, const std::vector<Setting>& settings);

// The transform of a run is in rows as presented; as reports and live states tell it, rows are those of the files,
// which some turn over while reading.
Transform as_stored(const Transform& ref_from_frame, const InputFrame& input, const InputFrame& reference);
// The turn between the two; itself its inverse.
Transform turned_rows(bool reversed, int height);

// {"event":"frame", ...} of one light, for --json.
std::string frame_event(const InputFrame& input, const LightReport& light, int planes);

}  // namespace nightstack::tools
