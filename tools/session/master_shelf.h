// SPDX-License-Identifier: MIT
// The masters of one job while its lights are being given theirs: each candidate is read and built once, or taken from
// the calibration library, however many groups of lights ask for it.
#pragma once

#include <cstddef>
#include <future>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "io/session/calibration_candidate.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/stages/calibrate/cosmetic.h"
#include "tools/cli/talk.h"
#include "tools/session/input_frame.h"
#include "tools/session/master_library.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

struct Master {
    Image<float> plane;
    int frames = 0;
    std::string sha256;    // of all frames it is made of
    double level_adu = 0;  // typical pixel of a bias or dark
    double noise_adu = 0;  // standard error of a pixel as averaged; 0 unknown
    double kept = 1;       // what is left of a pixel's difference from its surroundings, see quiet_master.h
    DefectMap defects;     // of a dark
};
using SharedMaster = std::shared_ptr<const Master>;

// What the masters are for, and what they may cost.
struct MasterNeeds {
    StreamFormat format;     // of the lights
    std::string camera;      // likewise, "" unknown
    std::size_t memory = 0;  // bytes the process may hold with all masters
};

class MasterShelf {
public:
    MasterShelf(MasterNeeds needs, const StackOptions& options, Runner& runner, Talk& talk,
                const std::stop_token& stop);

    // `offset` is taken off each frame of a flat. Nothing when no frame of the candidate can be used, which has been
    // told. Throws OptionError when memory does not suffice, Interrupted.
    SharedMaster get(const io::CalibrationCandidate& candidate, const SharedMaster& offset = nullptr) {
        return get(candidate, offset, options_.plain_darks);
    }
    // For a flat: as averaged. A flat's light is a thousand times the noise of what is taken off it, and the library
    // knows a flat by the frames of its offset.
    SharedMaster get_plain(const io::CalibrationCandidate& candidate) { return get(candidate, nullptr, /*plain=*/true); }

    std::vector<InputFrame> take_inputs() { return std::move(inputs_); }  // every calibration frame read
    // Masters on their way into the library: destroyed, they wait for that. Writing takes no part of the job's time.
    std::vector<std::future<void>> take_writing() { return std::move(writing_); }
    std::size_t failed() const { return failed_; }  // calibration frames and masters that could not be used

private:
    SharedMaster get(const io::CalibrationCandidate& candidate, const SharedMaster& offset, bool plain);
    std::vector<InputFrame> open(const io::CalibrationCandidate& candidate, const std::string& role);
    bool fits(InputFrame& frame, const std::string& role);
    SharedMaster make(const io::CalibrationCandidate& candidate, const SharedMaster& offset, bool plain);
    void build(Master& master, const io::CalibrationCandidate& candidate, const std::vector<InputFrame>& frames,
               const SharedMaster& offset);
    void keep(const MasterLibrary& library, const MasterKey& key, const Master& master);
    std::size_t room_for_rows() const;

    MasterNeeds needs_;
    const StackOptions& options_;
    Runner& runner_;
    Talk& talk_;
    const std::stop_token& stop_;
    std::map<std::vector<std::string>, SharedMaster> made_;  // kind, hash of the offset, paths
    std::set<std::filesystem::path> seen_;                   // frames that have been counted and told
    std::vector<InputFrame> inputs_;
    std::vector<std::future<void>> writing_;
    std::size_t failed_ = 0;
};

}  // namespace nightstack::tools
