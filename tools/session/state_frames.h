// SPDX-License-Identifier: MIT
// Frames of a live stack from the disk once more: found by size and SHA-256, calibrated and sampled as they were when
// they were stacked.
#pragma once

#include <filesystem>
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
#include "tools/session/masters.h"
#include "tools/session/session_lights.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Where they are looked for: beside the names in the first folder, then in and below it by size and hash.
struct FrameSearch {
    std::filesystem::path folder;
    std::size_t memory = 0;  // that masters may take
};

// How the stack's samples were made. Throws FormatError when its words are none.
LiveReplayOptions replay_options(const LiveLedger& ledger);

class StateFrames {
public:
    // `wanted` are positions in the ledger; calibration frames are found with them. Throws OptionError with every
    // frame that is missing or has changed, when the ledger has no recipe (version 1), and when calibration does not
    // come out as it was; Interrupted. The ledger is borrowed and must not change in length.
    StateFrames(const LiveLedger& ledger, std::span<const std::size_t> wanted, const FrameSearch& search,
                Runner& runner, Talk& talk, const std::stop_token& stop);

    ReplayedLight light(std::size_t position) const;
    const LiveReplayOptions& how() const { return how_; }

private:
    void open(const LiveLedger& ledger, std::span<const std::size_t> wanted, const FrameSearch& search, Runner& runner,
              Talk& talk, const std::stop_token& stop);
    void check_masters(const LiveLedger& ledger, std::size_t position, std::size_t at) const;
    LiveReplayOptions how_;
    StackOptions options_;
    SessionLights files_;
    std::unique_ptr<SessionMasters> masters_;
    std::vector<Light> lights_;
    struct Found {
        std::size_t at;  // in lights_
        LightReport report;
    };
    std::map<std::size_t, Found> found_;  // by position in the ledger
};

}  // namespace nightstack::tools
