// SPDX-License-Identifier: MIT
// Beginning and ending what must not be begun twice. A command whose fate is not known is settled by the
// working state, never by sending it again on a guess. Used by the jobs; one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "device/dwarf/jobs/driver.h"

namespace nightstack::device::dwarf::jobs {

// From a state that was just told: whether the thing runs; nothing when the scope did not tell.
using Runs = std::function<std::optional<bool>(const ScopeState&)>;

std::optional<bool> takes_photos_as(const ScopeState& state, PhotoState kind);
std::optional<bool> corrects(const ScopeState& state);  // calibration or goto at work
// Calibrates, goes to or follows a target. Nothing while it is just stopping: that ends by itself.
std::optional<bool> busy_with_sky(const ScopeState& state);

// The last word of what takes long (11205, 11203) may come when the state is idle already: pushes wait in the scope
// and on the way while an answer overtakes them. As long as two answers may take; after that it counts as lost.
inline constexpr Milliseconds kLastWord = 2 * kAnswerTime;

// Asks 10022 once; nothing: no answer, or the scope does not tell.
std::optional<bool> look(Driver& driver, const Runs& runs, Milliseconds within = kAnswerTime);

// Asks 10022 until two answers in a row, a moment apart, say the same: one alone may be a late or doubled
// answer to an older question. Nothing within `within`: no answer, or the scope does not tell.
std::optional<bool> settle(Driver& driver, const Runs& runs, Milliseconds within, bool heed_stop = true);

// How what was begun is ended, and what must be over then.
struct Ending {
    Message stop;
    Runs runs;
};

enum class Again {
    when_idle,  // sent again when the state says that it did not begin
    never,      // a doubt remains a doubt
};

struct Begun {
    std::optional<Outcome> no;      // it did not begin, or nobody knows
    std::optional<Message> answer;  // empty when only the state says that it runs
    bool idle = false;              // sent without an answer, and the state says that it does not run
};

// Sends; waits for a connection when it could not be sent; settles an unknown fate. The answer's code is
// left to the caller. `doing`: "the capture", for words. When a stop is asked while the fate is unknown,
// that of `ending` goes out (it does no harm where nothing runs) and `no` says how that went.
Begun begin(Driver& driver, const Message& request, const Ending& ending, const std::string& doing, const Runs& runs,
            Again again);

// Sends a stop and looks whether it works, again and again within `within`, a stop that was asked before not heeded;
// one asked meanwhile leaves it kStopTime. Without `within`: Driver::stop_time(). Stopped when the scope has confirmed
// it, failed when it says that it goes on, unknown when it says nothing.
Outcome end(Driver& driver, const Message& stop_request, const std::string& what, const Runs& runs,
            std::optional<Milliseconds> within = {});

}  // namespace nightstack::device::dwarf::jobs
