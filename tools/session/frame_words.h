// SPDX-License-Identifier: MIT
// Which frames of a live stack the user means by the words on the command line.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tools/live/ledger.h"

namespace nightstack::tools {

enum class Flip { retract, admit };

// Positions in the ledger of the frames that the words mean: a file, whose bytes tell which one it is; a file's name,
// with or without folder or extension; or the first eight or more figures of its SHA-256. Ascending, each once. Throws
// OptionError for a word that means none or several, for a file that has changed, and for a frame that is in the stack
// already, or is not; IoError.
std::vector<std::size_t> frames_named(const LiveLedger& ledger, const std::vector<std::string>& words, Flip flip);

}  // namespace nightstack::tools
