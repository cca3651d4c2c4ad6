// SPDX-License-Identifier: MIT
// The masters of one session: for each group of its lights chosen, built or taken from the calibration library, and
// why.
#pragma once

#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "io/session/session_scan.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/light.h"
#include "tools/cli/talk.h"
#include "tools/session/input_frame.h"
#include "tools/session/light_groups.h"
#include "tools/session/master_shelf.h"
#include "tools/session/session_lights.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// What was done about one kind, for people and the report.
struct AppliedMaster {
    std::string kind;    // dark, flat, bias, flat dark
    std::string source;  // "" = none applied
    int frames = 0;
    std::string sha256;    // of the frames it was made of
    std::string text;      // what was chosen, or why there is none
    bool misfit = false;   // there were candidates, but none that could be used for these lights
    double noise_adu = 0;  // of a pixel as averaged, 0 unknown
    double kept = 1;       // less: noise was taken out, see quiet_master.h
};

// Of one group of lights. Borrowed by its `calibration`: keep it in place during the run.
struct GroupMasters {
    LightGroup lights;
    SharedMaster dark, flat, bias;
    Calibration calibration;
    std::vector<AppliedMaster> applied;  // to the lights: bias, dark, flat
    AppliedMaster flat_offset;           // taken off the flats: flat dark, else bias; of no meaning without a flat
    std::size_t defects() const { return dark ? dark->defects.size() : 0; }
    const AppliedMaster& of(const std::string& kind) const;
};

// Everything that has gone into a group's lights, what was taken off the flats among it.
std::vector<const AppliedMaster*> applied_to(const GroupMasters& group);

struct SessionMasters {
    std::vector<GroupMasters> groups;  // empty when there was no usable light
    std::vector<InputFrame> inputs;    // every calibration frame read
    std::vector<std::string> warnings;
    std::size_t failed = 0;                  // calibration frames and masters that could not be used
    std::vector<std::future<void>> writing;  // of masters into the library

    // Which of the groups a light is in; none for those that were settled before.
    std::optional<std::size_t> group_of(std::size_t light) const;

    // Lets each light borrow its group's calibration; `lights` as as_lights makes them.
    void lend_to(std::vector<Light>& lights) const;
};

// `memory` is what the process may hold with all masters in it. A master that does not fit is left out with a word;
// throws OptionError (--darks given that is not there, memory too small) and Interrupted.
std::unique_ptr<SessionMasters> prepare_masters(const io::Session& session, const SessionLights& lights,
                                                const StackOptions& options, std::size_t memory, Runner& runner,
                                                Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
