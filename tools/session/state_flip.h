// SPDX-License-Identifier: MIT
// Frames of a live stack taken out again, and put back in: their blocks are built once more from the files, as they
// were and as they shall be, and the one is exchanged for the other.
#pragma once

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/cli/talk.h"
#include "tools/live/live_state.h"
#include "tools/session/frame_words.h"
#include "tools/session/state_frames.h"

namespace nightstack::tools {

// These and the frames of their blocks: what has to be on the disk.
std::vector<std::size_t> frames_needed(const LiveLedger& ledger, const std::vector<std::size_t>& positions);

// `frames` has all that are needed. Retracted and admitted again, a frame leaves the state as it was, to the byte; a
// frame retracted leaves it as if it had never come and the blocks had ended where they did. Takes at most as much
// memory as the stack again, or refuses what would make the process hold more than `memory`. Throws OptionError for
// that and when a block built anew is not what was stacked, what reading throws; the state is void then.
void flip_frames(LiveState& state, const std::vector<std::size_t>& positions, Flip flip, const StateFrames& frames,
                 std::size_t memory, Runner& runner, const std::stop_token& stop);

struct FlipJob {
    std::filesystem::path state;
    std::filesystem::path output;  // "" = the state itself
    std::filesystem::path inputs;  // where the frames lie; "" = where the words say, else beside the state
    std::vector<std::string> words;
    std::string memory;
    bool force = false;
};

// From file to file; gives where the result is. Throws as the above, load_state and save_state, each text beginning
// with the file.
std::filesystem::path run_flip(const FlipJob& job, Flip flip, Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
