// SPDX-License-Identifier: MIT
// Another program, run without a shell, kept in bounds and never outliving us.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace nightstack::tools {

struct ChildLimits {
    std::chrono::seconds wall{60};                       // then the child and all it has started are killed
    std::uint64_t file_bytes = std::uint64_t{64} << 20;  // largest file it may write
};

struct ChildEnd {
    bool timed_out = false;
    int code = -1;  // exit code; 128 + signal when killed by one
    bool ok() const { return !timed_out && code == 0; }
};

// The executable of that name in $PATH; relative entries of $PATH are passed over. Nothing when there is none.
std::optional<std::filesystem::path> find_program(const std::string& name);

// Runs `program` with `arguments` in `folder`, which is its home and temporary folder as well; what it prints goes to
// the file "log" there. Waits for its end. The child gets a process group of its own, default signals and no open file
// of ours. Not for several threads at once. Throws IoError when it cannot be started; Interrupted, after killing it.
ChildEnd run_child(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                   const std::filesystem::path& folder, const ChildLimits& limits, const std::stop_token& stop);

}  // namespace nightstack::tools
