// SPDX-License-Identifier: MIT
// Where the value of an option comes from: flag > NIGHTSTACK_* environment > config file > default.
// Every long option of a command has all three names: --memory, NIGHTSTACK_MEMORY, and the key
// `memory` in the table of the command ([stack]) in ~/.config/nightstack/config.toml.
#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace nightstack::tools {

// Names the environment variable of every long option; call before parsing.
void name_environment(CLI::App& command);

// Fills the options that neither flag nor environment has set from the file's table of that
// command. Missing file: nothing happens. Throws OptionError with file, key and reason.
void apply_config_file(CLI::App& command, const std::filesystem::path& file);

// $XDG_CONFIG_HOME/nightstack/config.toml or ~/.config/nightstack/config.toml
std::filesystem::path default_config_file();
// $XDG_CACHE_HOME/nightstack or ~/.cache/nightstack
std::filesystem::path cache_folder();

// The table of a command's settings with all three names, as Markdown (docs/settings.md).
std::string settings_table(const CLI::App& command);

}  // namespace nightstack::tools
