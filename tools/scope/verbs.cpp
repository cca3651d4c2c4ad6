// SPDX-License-Identifier: MIT
#include "tools/scope/verbs.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cassert>

#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/words.h"
#include "tools/cli/exit_code.h"

namespace nightstack::tools {

using namespace device::dwarf;

CLI::App& Verbs::add(const std::string& name, const std::string& text, VerbRun run) {
    CLI::App* app = scope_.add_subcommand(name, text);
    app->fallthrough();  // --host and the rest may stand behind the verb
    verbs_.push_back({app, std::move(run)});
    return *app;
}

CLI::App& Verbs::add_connected(const std::string& name, const std::string& text, VerbBody body, VerbCheck before) {
    return add(name, text,
               [name, body = std::move(body), before = std::move(before)](const ScopeFlags& flags,
                                                                          const std::stop_token& stop) {
                   if (before) before();
                   ScopeCall call(name, flags, stop);
                   call.meet();
                   return body(call);
               });
}

int Verbs::run(const ScopeFlags& flags, const std::stop_token& stop) const {
    for (const Verb& verb : verbs_)
        if (verb.app->parsed()) return verb.run(flags, stop);
    return kUsage;
}

namespace {

// "1x1 or 2x2": options take the words, the numbers are the wire's.
std::string words_of(std::span<const Choice> choices) {
    std::string text;
    for (const Choice& choice : choices) {
        if (choice.meaning.empty()) return {};
        text += (text.empty() ? "" : " or ") + std::string(choice.meaning);
    }
    return text;
}

}  // namespace

const Field& request_field(int interface, std::string_view field) {
    const Interface* row = find_interface(interface);
    assert(row != nullptr);
    const auto at = std::find_if(row->request_fields.begin(), row->request_fields.end(),
                                 [&](const Field& f) { return f.name == field; });
    assert(at != row->request_fields.end());
    return *at;
}

std::string field_help(int interface, std::string_view field) {
    const Field& f = request_field(interface, field);
    std::string range = words_of(f.limits.choices);
    if (range.empty()) range = limits_text(f.limits, f.unit);
    if (f.wide) range += "; wide: " + limits_text(*f.wide, f.unit);
    if (range.empty()) range = f.unit;
    return std::string(f.text) + (range.empty() ? "" : ": " + range);
}

std::string interface_help(int interface) {
    const Interface* row = find_interface(interface);
    assert(row != nullptr);
    return std::string(row->text);
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

}  // namespace nightstack::tools
