// SPDX-License-Identifier: MIT
// Runs the real binary as a user, a script or a hostile card would, in a home of its own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/temp_folder.h"

namespace nightstack::test {

using Words = std::vector<std::string>;

// The program that is tested, for a shell's line. Asked at run time: the tests' objects may serve two builds.
std::string program_path();

struct Finished {
    int code = -1;  // exit code; 128 + signal when killed by one
    std::string out;
    std::string err;
};

struct CallOptions {
    std::vector<std::pair<std::string, std::string>> environment;  // on top of HOME, PATH, TERM
    std::filesystem::path folder;                                  // working folder, "" = here
    std::uint64_t file_size_limit = 0;                             // RLIMIT_FSIZE in bytes, 0 = none
    std::uint64_t open_files_limit = 0;                            // RLIMIT_NOFILE, 0 = as it is
    Words before{};                                                // what runs the program, as nsenter
};

// A test's world: a temporary folder with a home in it, and the program.
class World {
public:
    World();
    const std::filesystem::path& path() const { return temp_.path(); }
    std::filesystem::path operator/(const std::filesystem::path& name) const { return temp_ / name; }
    std::filesystem::path cache() const { return temp_ / "home/.cache/nightstack"; }
    std::filesystem::path config() const { return temp_ / "home/.config/nightstack/config.toml"; }

    // To its end; a program that runs longer than a minute is killed (code 137).
    Finished run(const Words& words, const CallOptions& options = {}) const;
    // `stack WORDS --output <world>/result.fits`: what most tests want.
    Finished stack(Words words, const CallOptions& options = {}) const;
    std::filesystem::path result() const { return temp_ / "result.fits"; }
    nlohmann::json report() const;  // of `result()`

    // Started only; stdout and stderr go to files `name`.out and `name`.err in the world.
    pid_t start(const Words& words, const std::string& name, const CallOptions& options = {}) const;
    Finished wait(pid_t pid, const std::string& name) const;

private:
    TempFolder temp_;
};

std::vector<std::string> lines_of(const std::string& text);
// Lines that hold `part`.
std::size_t count_lines(const std::string& text, const std::string& part);
// Files below `folder` whose name ends so.
std::vector<std::filesystem::path> files_ending(const std::filesystem::path& folder, const std::string& ending);
nlohmann::json read_json(const std::filesystem::path& path);
// What the report says about the frame of that file name; null when it has none.
nlohmann::json frame_of(const nlohmann::json& report, const std::string& file_name);
std::string sha256_of(const std::filesystem::path& path);

}  // namespace nightstack::test
