// SPDX-License-Identifier: MIT
#include "tools/live_again.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/error.h"
#include "tools/recorded_options.h"
#include "tools/session/recorded_stack.h"

namespace nightstack::tools {
namespace {

// Settings that a journal keeps, in the form in which a report has them.
std::vector<std::pair<std::string, std::vector<std::string>>> recorded_settings(const std::string& json) {
    const std::string text = R"({"schema":1,"version":"","inputs":[],"frames":[],"applied":{},"options":)" + json + "}";
    return parse_report(text, "the night's journal").options;
}

}  // namespace

void take_night_words(CLI::App& app, LiveOptions& o, const BegunRecord& begun, const CLI::App& call,
                      const LiveOptions& said) {
    o.stack.method = "stream";
    take_machine(o, said);
    const auto is_said = [&](const std::string& key) { return std::ranges::find(o.said, key) != o.said.end(); };
    take_recorded_options(
        app, recorded_settings(begun.options), [](const auto&) { return true; }, "the night's");
    take_recorded_options(
        app, recorded_settings(begun.call), [&](const auto& key) { return !is_said(key); }, "the night's");
    for (const std::string& key : o.said) {
        if (!is_of_the_call(key))
            throw OptionError("--" + key + " cannot be changed now: the night keeps the words it was begun with");
        CLI::Option* const option = app.get_option("--" + key);
        for (const std::string& word : call.get_option("--" + key)->results()) option->add_result(word);
        option->run_callback();
    }
}

}  // namespace nightstack::tools
