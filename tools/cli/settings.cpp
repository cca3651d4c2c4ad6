// SPDX-License-Identifier: MIT
#include "tools/cli/settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <sstream>
#include <toml.hpp>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/core/nesting.h"

namespace nightstack::tools {
namespace {

// Options about the call itself; they make no sense in a file.
bool is_setting(const CLI::Option& option) {
    static const char* const kCallOnly[] = {"help", "version", "config"};
    if (option.get_lnames().empty()) return false;
    return std::none_of(std::begin(kCallOnly), std::end(kCallOnly),
                        [&](const char* word) { return option.get_lnames().front() == word; });
}

std::string environment_name(const std::string& long_name) {
    std::string name = "NIGHTSTACK_";
    for (const char c : long_name)
        name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return name;
}

std::filesystem::path user_folder(const char* variable, const char* fallback) {
    const char* set = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): read before threads start
    if (set != nullptr && *set == '/') return std::filesystem::path(set) / "nightstack";
    const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
    return std::filesystem::path(home != nullptr && *home != '\0' ? home : ".") / fallback / "nightstack";
}

// As a shell would have it.
std::string with_home(const std::string& word) {
    const char* home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe)
    return word.rfind("~/", 0) == 0 && home != nullptr ? home + word.substr(1) : word;
}

std::string as_word(const toml::value& v) {
    if (v.is_string()) return with_home(v.as_string().str);
    if (v.is_integer()) return std::to_string(v.as_integer());
    if (v.is_boolean()) return v.as_boolean() ? "true" : "false";
    if (v.is_floating()) return toml::format(v);
    throw OptionError("text, number, true or false expected");
}

void set_option(CLI::Option& option, const toml::value& v) {
    if (v.is_array()) {
        for (const toml::value& item : v.as_array()) option.add_result(as_word(item));
    } else {
        option.add_result(as_word(v));
    }
    option.run_callback();
}

// The parser paints a picture of several lines; its first says what is wrong.
std::string first_line(const std::string& text) {
    const std::string line = text.substr(0, text.find('\n'));
    constexpr std::string_view kTag = "[error] ";
    return line.rfind(kTag, 0) == 0 ? line.substr(kTag.size()) : line;
}

toml::value parse(const std::filesystem::path& file) {
    const std::string whole = io::read_text_file(file, 1 << 20);
    if (const auto line = line_nested_too_deep(whole))
        throw OptionError("settings file " + io::printable(file.string()) + ", line " + std::to_string(*line) +
                          ": nested deeper than " + std::to_string(kDeepestNesting));
    std::istringstream text(whole);
    try {
        return toml::parse(text, file.string());
    } catch (const toml::exception& e) {
        throw OptionError("settings file " + io::printable(file.string()) + ", line " +
                          std::to_string(e.location().line()) + ": " + io::printable(first_line(e.what())));
    } catch (const std::exception& e) {
        throw OptionError("settings file " + io::printable(file.string()) + ": " + first_line(e.what()));
    }
}

}  // namespace

namespace {

bool is_list(const CLI::Option& option) { return option.get_items_expected_max() > 1; }

// The synthetic night has words of its own (--darks is a number there): what is set for stacking is not meant for it.
bool heeds_environment(const CLI::App& command) { return command.get_name() != "sample-night"; }

}  // namespace

void name_environment(CLI::App& command) {
    if (!heeds_environment(command)) return;
    for (CLI::Option* option : command.get_options()) {
        if (is_setting(*option) && !is_list(*option)) option->envname(environment_name(option->get_lnames().front()));
    }
}

void apply_environment_lists(CLI::App& command) {
    if (!heeds_environment(command)) return;
    for (CLI::Option* option : command.get_options()) {
        if (!is_setting(*option) || !is_list(*option) || option->count() > 0) continue;
        const std::string variable = environment_name(option->get_lnames().front());
        const char* set = std::getenv(variable.c_str());  // NOLINT(concurrency-mt-unsafe): before threads start
        if (set == nullptr || *set == '\0') continue;
        std::istringstream items(set);
        try {
            for (std::string item; std::getline(items, item, ':');) {
                if (!item.empty()) option->add_result(item);
            }
            option->run_callback();
        } catch (const std::exception& e) {
            throw OptionError(variable + ": " + e.what());
        }
    }
}

namespace {

// A command with --profile has tables of its own below its table.
bool has_profiles(const CLI::App& command) { return command.get_option_no_throw("--profile") != nullptr; }

bool has_command(const CLI::App& program, const std::string& name) {
    return !program.get_subcommands([&](const CLI::App* app) { return app->get_name() == name; }).empty();
}

// A key outside of every table, or a table of no command, would be lost without a word.
void check_tables(const CLI::App& command, const toml::value& root, const std::filesystem::path& file) {
    const CLI::App* program = command.get_parent();
    for (const auto& [name, value] : root.as_table()) {
        const std::string where = "settings file " + io::printable(file.string()) + ": ";
        if (!value.is_table()) {
            throw OptionError(where + io::printable(name) +
                              " stands outside a table; settings of a command stand below a line [" +
                              command.get_name() + "]");
        }
        if (program != nullptr && !has_command(*program, name))
            throw OptionError(where + "[" + io::printable(name) + "] is no command");
    }
}

}  // namespace

namespace {

// What neither flag nor environment nor an earlier table has set. Tables in it are profiles, not settings.
void apply_table(CLI::App& command, const toml::value& table, const std::string& name, const std::string& file) {
    for (const auto& [key, value] : table.as_table()) {
        if (has_profiles(command) && value.is_table()) continue;
        const std::string where = file + name + "." + key;
        CLI::Option* option = command.get_option_no_throw("--" + key);
        if (option == nullptr || !is_setting(*option)) throw OptionError(where + ": no such setting");
        if (option->count() > 0) continue;
        try {
            set_option(*option, value);
        } catch (const std::exception& e) {
            throw OptionError(where + ": " + e.what());
        }
    }
}

// Commands that go to a scope without being `scope` find it in the scope's tables where their own say nothing.
constexpr const char* kScopeTable = "scope";
constexpr const char* kFoundThere[] = {"host", "ports", "legacy-ssh", "site", "zone"};

bool borrows(const CLI::App& command) { return has_profiles(command) && command.get_name() != kScopeTable; }

bool holds_table(const toml::value& table, const std::string& name) {
    return table.contains(name) && toml::find(table, name).is_table();
}

void borrow(CLI::App& command, const toml::value& table, const std::string& name, const std::string& file) {
    toml::table found;
    for (const char* key : kFoundThere)
        if (table.contains(key) && command.get_option_no_throw(std::string("--") + key) != nullptr)
            found[key] = toml::find(table, key);
    apply_table(command, toml::value(found), name, file);
}

// The chosen profile's first.
void borrow_from_scope(CLI::App& command, const toml::value& scope, const std::string& file) {
    const CLI::Option& chosen = *command.get_option("--profile");
    const std::string profile = chosen.count() > 0 ? chosen.as<std::string>() : "";
    if (holds_table(scope, profile)) borrow(command, toml::find(scope, profile), "scope." + profile, file);
    borrow(command, scope, kScopeTable, file);
}

// [scope.garden] for --profile garden, or profile = "garden" in [scope]; before what stands in [scope] itself.
void apply_profile(CLI::App& command, const toml::value& table, const toml::value& scope, const std::string& file) {
    CLI::Option& chosen = *command.get_option("--profile");
    if (chosen.count() == 0 && table.contains("profile")) set_option(chosen, toml::find(table, "profile"));
    if (chosen.count() == 0 && borrows(command) && scope.contains("profile"))
        set_option(chosen, toml::find(scope, "profile"));
    if (chosen.count() == 0) return;
    const std::string profile = chosen.as<std::string>();
    const std::string name = command.get_name() + "." + profile;
    if (!holds_table(table, profile) && borrows(command) && holds_table(scope, profile)) return;
    if (!holds_table(table, profile))
        throw OptionError(file + "--profile " + io::printable(profile) + ": there is no table [" + io::printable(name) +
                          "]");
    apply_table(command, toml::find(table, profile), name, file);
}

}  // namespace

void apply_config_file(CLI::App& command, const std::filesystem::path& path) {
    const std::string file = "settings file " + io::printable(path.string()) + ": ";
    toml::value root = toml::table();
    if (std::filesystem::exists(path)) root = parse(path);
    if (!root.is_table()) return;
    check_tables(command, root, path);
    const auto table_of = [&](const std::string& name) {
        return root.contains(name) ? toml::find(root, name) : toml::value(toml::table());
    };
    const toml::value table = table_of(command.get_name()), scope = table_of(kScopeTable);
    if (has_profiles(command)) apply_profile(command, table, scope, file);
    apply_table(command, table, command.get_name(), file);
    if (borrows(command)) borrow_from_scope(command, scope, file);
}

std::vector<Setting> settings_in_force(const CLI::App& command) {
    std::vector<Setting> settings;
    for (const CLI::Option* option : command.get_options()) {
        if (!is_setting(*option)) continue;
        Setting setting{option->get_lnames().front(), {}};
        if (option->get_items_expected_max() == 0) {
            setting.value = option->count() > 0 && option->as<bool>();
        } else if (option->get_items_expected_max() > 1) {
            setting.value = option->count() > 0 ? option->results() : std::vector<std::string>();
        } else if (option->count() > 0) {
            setting.value = option->results().back();
        } else if (!option->get_default_str().empty()) {
            setting.value = option->get_default_str();
        }
        settings.push_back(std::move(setting));
    }
    return settings;
}

std::filesystem::path default_config_file() { return user_folder("XDG_CONFIG_HOME", ".config") / "config.toml"; }

std::filesystem::path cache_folder() { return user_folder("XDG_CACHE_HOME", ".cache"); }

std::string settings_table(const CLI::App& command) {
    std::string text =
        "| flag | environment | key in `[" + command.get_name() + "]` | default | meaning |\n|---|---|---|---|---|\n";
    for (const CLI::Option* option : command.get_options()) {
        if (!is_setting(*option)) continue;
        const std::string name = option->get_lnames().front();
        const std::string standard = option->get_default_str();
        std::string meaning = option->get_description();
        for (std::size_t at = 0; (at = meaning.find('|', at)) != std::string::npos; at += 2)
            meaning.replace(at, 1, "\\|");
        const std::string variable = heeds_environment(command) ? "`" + environment_name(name) + "`" : "";
        text += "| `--" + name + "` | " + variable + " | `" + name + "` | " + standard + " | " + meaning + " |\n";
    }
    return text;
}

}  // namespace nightstack::tools
