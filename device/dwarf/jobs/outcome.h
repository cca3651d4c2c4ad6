// SPDX-License-Identifier: MIT
// How a job ended and how it is getting on, as values with words for a tired person in the dark: what
// happened, and what to do. Plain values, any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace nightstack::device::dwarf::jobs {

struct Outcome {
    enum class Kind {
        done,
        failed,   // certainly not done; what the scope does now is known
        stopped,  // by the stop token, and the scope has confirmed it
        unknown,  // nobody can tell from here; the words say what is known and where to look
    };
    Kind kind = Kind::unknown;
    std::optional<std::int64_t> code;  // the scope's, when it gave one (codes.h)
    std::string words;

    bool operator==(const Outcome&) const = default;
};

Outcome done(std::string words);
Outcome failed(std::string words);
Outcome failed_with(std::int64_t code,
                    const std::string& doing);  // "doing failed: -41 RESULT_NO_DARK_FRAME: ... (advice)"
Outcome stopped(std::string words);
Outcome unknown(std::string words);

struct Progress {
    enum class Kind {
        step,    // something new is done or begins
        count,   // `done` of `total`
        notice,  // the user should know, the job goes on
    };
    Kind kind = Kind::step;
    std::string words;
    std::optional<std::int64_t> done, total;
};

// Called from the job's thread, between two waits; must not block for long.
using ProgressTo = std::function<void(const Progress&)>;

}  // namespace nightstack::device::dwarf::jobs
