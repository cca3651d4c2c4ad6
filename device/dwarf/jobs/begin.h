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

// Asks 10022 once; nothing: no answer, or the scope does not tell.
std::optional<bool> look(Driver& driver, const Runs& runs);

// Asks 10022 until two answers in a row, a moment apart, say the same: one alone may be a late or doubled
// answer to an older question. Nothing within `within`: no answer, or the scope does not tell.
std::optional<bool> settle(Driver& driver, const Runs& runs, Milliseconds within, bool heed_stop = true);

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
// `stop_request` goes out (it does no harm where nothing runs) and `no` says how that went.
Begun begin(Driver& driver, const Message& request, const Message& stop_request, const std::string& doing,
            const Runs& runs, Again again);

// Sends a stop and looks whether it works, several times within `within`; the stop token is not heeded.
Outcome end(Driver& driver, const Message& stop_request, const std::string& what, const Runs& runs,
            Milliseconds within = Milliseconds{45000});

}  // namespace nightstack::device::dwarf::jobs
