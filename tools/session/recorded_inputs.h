// SPDX-License-Identifier: MIT
// The inputs of a recorded stack, found on the disk again and proven by their hashes.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/session/recorded_stack.h"

namespace nightstack::tools {

struct FoundInputs {
    std::vector<std::filesystem::path> paths;  // one per recorded input; "" for those that are not needed
    std::vector<std::string> refused;          // one line per input that is missing or has changed, with its name
};

// Where inputs may lie that are not where the report says.
struct FileSearch {
    std::filesystem::path below;               // in and below this folder; "" = in none
    std::vector<std::filesystem::path> files;  // and these
};

// Each input where the report says it lay; those that are not there or have other bytes are looked for by size and
// hash, whatever they are called. Inputs that could not be read when the stack was made are not needed. Throws
// Interrupted.
FoundInputs find_inputs(const RecordedStack& stack, const FileSearch& search, Runner& runner,
                        const std::stop_token& stop);

// A name as the report shows it, back to the bytes it has on the disk.
std::filesystem::path unprinted(const std::string& shown);

}  // namespace nightstack::tools
