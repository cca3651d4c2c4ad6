// SPDX-License-Identifier: MIT
// How the options of `nightstack stack` look on the command line.
#pragma once

#include <string>
#include <vector>

#include "tools/session/stack_options.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace nightstack::tools {

// --pattern, the same words in every command, large or small; `value` gets them as they stand in the help.
CLI::Option* add_pattern_option(CLI::App& command, std::string& value);

void add_stack_options(CLI::App& command, StackOptions& options);
// Whether this call itself names the option, and not a setting for all calls: asked when it is parsed and settings
// files are not read yet.
bool is_said(const CLI::Option& option);
// Whether the call itself names --lucky (StackOptions::lucky_said): asked when it is parsed and settings files are not
// read yet.
bool says_lucky(const CLI::App& command);

// In which files and samples results are written: --bits, --png, --tiff, --tiff-bits, --force.
void add_product_options(CLI::App& command, StackOptions& options);

// --memory and --threads; the values must outlive the command.
void add_machine_options(CLI::App& command, std::string& memory, int& threads);

// The words of a command line with "--rejection WORD LOW HIGH" made two words, so that a PATH that
// follows is not taken for a limit.
std::vector<std::string> joined_limits(std::vector<std::string> words);

}  // namespace nightstack::tools
