// SPDX-License-Identifier: MIT
// nightstack: one binary, one subcommand per file beside this one. Here: the words common to all,
// and the edge where exceptions become exit codes.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "io/files/file.h"
#include "pipeline/core/error.h"
#include "pipeline/simd/cpu_level.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/failure.h"
#include "tools/cli/interrupt.h"
#include "tools/cli/settings.h"
#include "tools/cli/standard_output.h"
#include "tools/commands.h"
#include "tools/stack_arguments.h"
#include "tools/version.h"

namespace nightstack::tools {
namespace {

// Frames of a night stay open as far as the system lets them; the others are opened again when they
// are needed (io/files/handle_cache.h).
void raise_open_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void heed_cpu_level() {
    const char* wanted = std::getenv("NIGHTSTACK_CPU");  // NOLINT(concurrency-mt-unsafe): before threads
    if (wanted == nullptr || *wanted == '\0') return;
    const auto level = parse_cpu_level(wanted);
    if (!level) throw OptionError(std::string("NIGHTSTACK_CPU=") + wanted + ": sse2, avx2 or avx512 expected");
    limit_cpu_level(*level);
}

// Every command has its table in the settings file; a file named with --config must be there.
void heed_config_file(CLI::App& command) {
    const CLI::Option* option = command.get_option_no_throw("--config");
    const bool named = option != nullptr && option->count() > 0;
    const std::filesystem::path file = named ? option->as<std::string>() : default_config_file().string();
    std::error_code error;
    if (named && !std::filesystem::is_regular_file(file, error))
        throw OptionError("--config " + io::printable(file.string()) + ": no such file");
    apply_config_file(command, file);
}

// --quiet and --verbose are the commands'; people also write them in front.
void put_command_first(std::vector<std::string>& words) {
    const auto talk = [](const std::string& w) { return w == "-q" || w == "--quiet" || w == "-v" || w == "--verbose"; };
    const auto command = std::find_if_not(words.begin(), words.end(), talk);
    if (command != words.end() && command->rfind('-', 0) != 0) std::rotate(words.begin(), command, command + 1);
}

int complain(const char* what, int code) {
    std::fprintf(stderr, "nightstack: %s\n", what);
    return code;
}

int run(int argc, char** argv, const Interrupt& interrupt) {
    CLI::App app("nightstack: stacking for smart telescopes", "nightstack");
    app.set_version_flag("--version", kProgram);
    app.require_subcommand(1);
    app.failure_message(CLI::FailureMessage::simple);
    app.footer("Start with: nightstack stack FOLDER    Help on one command: nightstack COMMAND --help");
    std::vector<Command> commands = make_commands(app);
    std::vector<std::string> words = joined_limits({argv + 1, argv + argc});
    put_command_first(words);
    for (Command& command : commands) {
        // Only the command called: what is set for another one must not make this one fail.
        if (!words.empty() && command.app->get_name() == words.front()) name_environment(*command.app);
        command.app->fallthrough();  // --version, wherever it stands
    }
    try {
        std::reverse(words.begin(), words.end());  // the order the parser takes them in
        app.parse(std::move(words));
        heed_cpu_level();
        for (Command& command : commands) {
            if (!command.app->parsed()) continue;
            if (command.parsed) command.parsed();
            apply_environment_lists(*command.app);
            heed_config_file(*command.app);
            return command.run(interrupt.token());
        }
        return kUsage;
    } catch (const CLI::RequiredError& e) {
        // The parser speaks of a missing subcommand where one is misspelt.
        std::vector<std::string> unknown = app.remaining(true);
        std::erase_if(unknown, [](const std::string& word) { return word.starts_with("-"); });
        if (unknown.empty() || std::string(e.what()).find("subcommand") == std::string::npos)
            return app.exit(e) == 0 ? kDone : kUsage;
        return complain(("'" + io::printable(unknown.front()) + "' is not known; --help lists what is").c_str(),
                        kUsage);
    } catch (const CLI::ParseError& e) {
        std::ostringstream out;
        const int code = app.exit(e, out, std::cerr);
        put_out(out.str());
        return code == 0 ? kDone : kUsage;
    }
}

int guarded(int argc, char** argv) {
    const Interrupt interrupt;
    try {
        return run(argc, argv, interrupt);
    } catch (const Interrupted&) {
        return complain("interrupted, nothing half-written is left", interrupt.exit_code());
    } catch (const std::exception& e) {
        const Failure failure = failure_of(e);
        return complain(failure.text.c_str(), failure.code);
    }
}

}  // namespace
}  // namespace nightstack::tools

int main(int argc, char** argv) {
    nightstack::tools::hold_standard_handles();
    nightstack::tools::raise_open_files();
    return nightstack::tools::with_standard_output(nightstack::tools::guarded(argc, argv));
}
