// SPDX-License-Identifier: MIT
// The masters of one session: chosen, built or taken from the calibration library, and why.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "io/session/session_scan.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/light.h"
#include "tools/cli/talk.h"
#include "tools/session/input_frame.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// What was done about one kind, for people and the report.
struct AppliedMaster {
    std::string kind;    // dark, flat, bias
    std::string source;  // "" = none applied
    int frames = 0;
    std::string sha256;  // of the frames it was made of
    std::string text;    // what was chosen, or why there is none
};

// Owns the planes that `calibration` borrows; keep it alive and in place during the run.
struct SessionMasters {
    std::optional<Image<float>> dark, flat, bias;
    std::optional<DefectMap> defect_map;
    Calibration calibration;
    std::vector<AppliedMaster> applied;
    std::vector<InputFrame> inputs;  // every calibration frame read
    std::vector<std::string> warnings;
    std::size_t defects = 0;
    bool filter_impulses = false;
    std::size_t failed = 0;  // calibration frames that could not be read
};

// For lights of this format and these header values. A master that does not fit is left out with a
// word; only a wrong option throws (OptionError: --darks given, nothing usable in it), or Interrupted.
std::unique_ptr<SessionMasters> prepare_masters(const io::Session& session, const StreamFormat& format,
                                                const FrameInfo& info, const StackOptions& options, Runner& runner,
                                                Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
