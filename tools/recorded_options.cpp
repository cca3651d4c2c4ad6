// SPDX-License-Identifier: MIT
#include "tools/recorded_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/stack_arguments.h"

namespace nightstack::tools {

void take_recorded_options(CLI::App& command, RecordedOptions recorded,
                           const std::function<bool(const std::string& key)>& wanted, const std::string& where) {
    for (const auto& [key, words] : recorded) {
        if (!wanted(key)) continue;
        const std::string what = where + " option '" + printable(key) + "'";
        CLI::Option* option = command.get_option_no_throw("--" + key);
        if (option == nullptr) throw OptionError(what + " is not known to this nightstack; a newer one wrote it");
        try {
            for (const std::string& word : words) option->add_result(word);
            option->run_callback();
        } catch (const std::exception& e) {
            throw OptionError(what + ": " + printable(e.what()));
        }
    }
}

StackOptions recorded_stack_options(RecordedOptions recorded, const std::function<bool(const std::string& key)>& wanted,
                                    const std::string& where) {
    StackOptions options;
    CLI::App command;
    add_stack_options(command, options);
    take_recorded_options(command, recorded, wanted, where);
    return options;
}

std::vector<Setting> as_stack_settings(const std::vector<Setting>& settings) {
    StackOptions options;
    CLI::App command;
    add_stack_options(command, options);
    std::vector<Setting> out = settings_in_force(command);
    for (Setting& setting : out) {
        const auto mine = std::ranges::find(settings, setting.name, &Setting::name);
        if (mine != settings.end()) setting.value = mine->value;
        if (setting.name == "method") setting.value = std::string("stream");
    }
    return out;
}

}  // namespace nightstack::tools
