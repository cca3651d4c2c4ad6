// SPDX-License-Identifier: MIT
// Options of `nightstack stack` as a report or a night has recorded them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tools/cli/settings.h"
#include "tools/session/stack_options.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

using RecordedOptions = std::span<const std::pair<std::string, std::vector<std::string>>>;

// Through the parser of the stack command, so that words are checked and read the same way. `wanted` says which keys
// count. Throws OptionError with `where` and the key.
StackOptions recorded_stack_options(RecordedOptions options, const std::function<bool(const std::string& key)>& wanted,
                                    const std::string& where);

// The same for any command: into the values that its options are bound to.
void take_recorded_options(CLI::App& command, RecordedOptions options,
                           const std::function<bool(const std::string& key)>& wanted, const std::string& where);

// The settings of another command as those of `stack --method stream` that do the same: what `stack` does not know is
// left out.
std::vector<Setting> as_stack_settings(const std::vector<Setting>& settings);

}  // namespace nightstack::tools
