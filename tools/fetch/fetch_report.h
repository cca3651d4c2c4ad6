// SPDX-License-Identifier: MIT
// What a fetch tells: a line of JSON per file for scripts, progress and rate for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "io/fetch/fetch.h"
#include "tools/cli/talk.h"

namespace nightstack::tools {

class FetchReport {
public:
    explicit FetchReport(Talk& talk) : talk_(talk) {}

    io::FetchWatcher watcher();  // valid as long as this lives
    // The last words; the exit code. Throws Interrupted when that is how it ended.
    int finish(const io::FetchResult& result);

private:
    using Clock = std::chrono::steady_clock;
    void plan(const io::FetchPlan& plan);
    void file(const io::FileOutcome& outcome);
    void progress(std::string_view file, std::uint64_t done, std::uint64_t total);
    std::string rate_text() const;

    Talk& talk_;
    io::FetchPlan plan_;
    Clock::time_point begin_ = Clock::now(), shown_{}, said_ = Clock::now();
    std::size_t files_ = 0;
    std::uint64_t bytes_ = 0;  // of files that are whole
    std::uint64_t under_way_ = 0;
};

}  // namespace nightstack::tools
