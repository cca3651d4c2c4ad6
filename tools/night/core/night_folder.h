// SPDX-License-Identifier: MIT
// The folder of a night: where it lies, whose it is, whether it goes on.
//
//   journal           what happened, safe at every moment
//   checkpoint-0.nst  the stack, in turn with
//   checkpoint-1.nst
//   frames/           what came from a scope's card
//   results/          the products, when the night is done
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/night/core/night_journal.h"
#include "tools/night/core/night_records.h"

namespace nightstack::tools {

struct Night {
    std::filesystem::path folder;
    std::unique_ptr<NightJournal> journal;
    BegunRecord begun;      // as it was
    bool goes_on = false;   // it was begun before
    bool finished = false;  // likewise; what is wanted of it now is its best stack alone
    bool made = false;      // its folder was made for it

    // Where its frames lie, or below it.
    std::filesystem::path frames() const {
        return begun.folder.empty() ? folder / "frames" : std::filesystem::path(begun.folder);
    }
};

// Names of products as they stand below the night's folder.
std::vector<std::string> result_names(const std::vector<std::string>& files);

// ~/nightstack
std::filesystem::path nights_folder();

// What a call wants of a night that is finished already: nothing, so that it is refused, the best stack that it has not
// yet, or whatever there is.
enum class OfFinished { nothing, best_stack, anything };

// The night of this call: `session`, if given, else one below `nights` that the same call has begun and not finished
// (or whose best stack is still due), else a new one there, called after date and target. Nobody else can open it while
// it is open. Throws OptionError: the folder is another call's night, or a finished one, or no night's; IoError,
// FormatError.
Night open_night(const std::optional<std::filesystem::path>& session, const std::filesystem::path& nights,
                 const BegunRecord& call, OfFinished wanted = OfFinished::nothing);
// Another night below `nights`, whatever lies there. Throws IoError.
Night begin_night(const std::filesystem::path& nights, const BegunRecord& call);
// The night in this folder, whatever call has begun it. `said`: the words before the folder, for messages. Throws
// OptionError when there is none or it is finished.
Night reopen_night(const std::filesystem::path& folder, OfFinished wanted = OfFinished::nothing,
                   const char* said = "--resume");

// The nights below `nights` that the same call has begun, the newest first by their names; `recent`: that were written
// to within two days. They are looked at only; one that cannot be read is nobody's.
struct PlanNight {
    std::filesystem::path folder;
    bool finished = false;
    std::uint64_t frames = 0;         // that came
    std::vector<std::string> source;  // its source's own records
};
enum class NightsOf { recent, all };
std::vector<PlanNight> nights_of(const std::filesystem::path& nights, const BegunRecord& call, NightsOf which);
// `name` there, or `name`-2 and so on: what does not exist yet.
std::filesystem::path fresh_folder(const std::filesystem::path& nights, const std::string& name);

// Takes a night away in which nothing has happened yet: no frame, nothing asked of a scope. Anything else stays, and
// the folder itself where it was not `made` for the night.
void forget_untouched(const std::filesystem::path& folder, bool made);

// Whether two calls are the same: one goes on with what the other has begun.
bool same_call(const BegunRecord& a, const BegunRecord& b);
// The date of the evening, as people call a night: local, until noon that of the day before. "2026-11-27"
std::string evening_date(std::chrono::system_clock::time_point now);

}  // namespace nightstack::tools
