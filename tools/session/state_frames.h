// SPDX-License-Identifier: MIT
// Frames of a live stack from the disk once more: found by size and SHA-256, calibrated with the masters that the
// ledger tells for each, and sampled as they were when they were stacked. They may be of several sizes and cameras.
#pragma once

#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/graph/live_finish.h"
#include "pipeline/graph/live_replay.h"
#include "tools/cli/talk.h"
#include "tools/live/ledger.h"
#include "tools/session/found_frames.h"
#include "tools/session/masters.h"
#include "tools/session/recorded_inputs.h"
#include "tools/session/session_lights.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// What becomes of a frame that cannot be had, or whose masters cannot.
enum class Missing {
    refuse,
    stand_in,  // a light takes its place that throws when it is read
};

// Where they are looked for: beside the names in the folder, then in and below it by size and hash; calibration also
// where `stack` would look for it from there. The files are looked at as well, wherever they lie.
struct FrameSearch {
    FileSearch where;
    std::size_t memory = 0;  // that the process may hold with the masters
    Missing missing = Missing::refuse;
};

// How the stack's samples were made. Throws FormatError when its words are none.
LiveReplayOptions replay_options(const LiveLedger& ledger);

class StateFrames {
public:
    // `wanted` are positions in the ledger; calibration frames are found with them. Throws OptionError with the frames
    // that are missing or have changed (with Missing::stand_in only when none at all can be had), when the ledger has
    // no recipe (version 1), and when calibration does not come out as it was; Interrupted.
    StateFrames(const LiveLedger& ledger, std::span<const std::size_t> wanted, const FrameSearch& search,
                Runner& runner, Talk& talk, const std::stop_token& stop);

    ReplayedLight light(std::size_t position) const;
    const LiveReplayOptions& how() const { return how_; }

private:
    // Frames of one format, opened together.
    struct Batch {
        SessionLights files;
        std::unique_ptr<SessionMasters> masters;
        std::vector<Light> lights;
    };
    struct Found {
        const Light* light;
        LightReport report;
    };
    void open(const LiveLedger& ledger, const FoundFrames& found, std::size_t memory, Runner& runner, Talk& talk,
              const std::stop_token& stop);
    void add_stand_in(const LiveLedger& ledger, std::size_t position, const std::string& why);
    LiveReplayOptions how_;
    StackOptions options_;
    std::list<Batch> batches_;
    std::list<Light> stand_ins_;
    std::map<std::size_t, Found> found_;  // by position in the ledger
};

}  // namespace nightstack::tools
