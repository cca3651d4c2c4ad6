// SPDX-License-Identifier: MIT
// Options that several verbs have. For the .cpp files of the verbs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "device/dwarf/protocol/types.h"
#include "device/model/optics.h"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace nightstack::tools {

std::string lens_word(device::Lens lens);  // "tele"

// The values must outlive the parser.
void add_lens_option(CLI::App& app, device::Lens& lens);                                           // --camera
void add_binning_option(CLI::App& app, device::dwarf::Binning& binning, const std::string& text);  // --binning
void add_stop_flag(CLI::App& app, bool& stop, const std::string& text);                            // --stop

// A number that goes into that field of a request: held against the table's range before anybody is connected, so
// that what cannot be meant is the caller's mistake (exit code 2) in the words of the option. `text` instead of the
// table's clause and range where those speak of other fields.
void add_field_option(CLI::App& app, const std::string& flag, int& value, int interface, std::string_view field,
                      const std::string& text = {});
CLI::Validator field_range(int interface, std::string_view field);
CLI::Validator exposure_range(int interface, std::string_view field);  // of a text for parse_exposure

CLI::Validator one_of_words(std::vector<std::string> words);

// "1.5", "1/400": seconds. Throws OptionError.
device::dwarf::Seconds parse_exposure(const std::string& text);

}  // namespace nightstack::tools
