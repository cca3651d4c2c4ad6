// SPDX-License-Identifier: MIT
// The two checkpoints of a night, written in turn: whatever happens while one is written, the other is whole.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/live/live_state.h"
#include "tools/night/core/night_records.h"

namespace nightstack::tools {

class Checkpoints {
public:
    // Neither reads nor writes yet.
    explicit Checkpoints(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Over the older of both. The record belongs into the journal: before it stands there the checkpoint does not
    // count. Throws IoError, OptionError as save_state; then the older one may be what it was, the other is.
    CheckpointRecord save(const LiveStack& stack, const LiveLedger& ledger, const Transform& last, Runner& runner);

    struct Loaded {
        LiveState state;
        CheckpointRecord record;
    };
    // The newest that is whole and that `records`, in their order, tell of. Nothing: there is none. What is wrong with
    // the others is added to `notices`. Throws OptionError when the memory does not suffice.
    std::optional<Loaded> load(const std::vector<NightRecord>& records, std::uint64_t most_bytes, Runner& runner,
                               std::vector<std::string>& notices);

    std::filesystem::path path(std::uint64_t slot) const;

private:
    std::filesystem::path folder_;
    std::uint64_t next_ = 0;
};

}  // namespace nightstack::tools
