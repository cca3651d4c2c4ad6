// SPDX-License-Identifier: MIT
// A live stack on disk: `.nst`, the whole state, from which a stack goes on, merges or becomes products. docs/nst.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "io/files/output_file.h"
#include "pipeline/core/runner.h"
#include "pipeline/stages/live/live_stack.h"
#include "tools/live/ledger.h"

namespace nightstack::tools {

struct LiveState {
    LiveStack stack;
    LiveLedger ledger;
};

// The same state gives the same bytes. Beside its name, synced, renamed: killed at any moment, the name stands for what
// was there before or for all of this. Tiles are packed several at a time. Throws IoError, OptionError (exists, or
// would not load), Interrupted.
void save_state(const std::filesystem::path& path, const LiveStack& stack, const LiveLedger& ledger,
                io::Overwrite overwrite, Runner& runner, const std::stop_token& stop = {});

// Takes no more than `most_bytes` for the stack, and never more than the file promises; throws OptionError with both
// numbers when that is not enough. IoError; FormatError, DamagedError: one sentence with the file and what is wrong.
LiveState load_state(const std::filesystem::path& path, std::uint64_t most_bytes, Runner& runner,
                     const std::stop_token& stop = {});

// What `info` tells, without reading the tiles.
struct StateSummary {
    LiveStackOptions options;
    std::uint64_t closed_frames = 0;
    int open_frames = 0;
    Rect extent;
    std::uint64_t file_bytes = 0;
    std::uint64_t stack_bytes = 0;  // in memory
    LiveLedger ledger;
};
StateSummary summary_of_state(const std::filesystem::path& path);
std::string summary_text(const StateSummary& summary);  // one line
std::string summary_json(const StateSummary& summary, const std::string& file);
std::string failed_state_json(const std::string& file, const std::string& error);

// By its first bytes.
bool is_state_file(const std::filesystem::path& path);
// Throws OptionError when something is there that may not be replaced: anything without `force`, with it what is no
// state file.
void refuse_to_replace(const std::filesystem::path& path, bool force);

}  // namespace nightstack::tools
