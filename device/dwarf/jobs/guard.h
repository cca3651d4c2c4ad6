// SPDX-License-Identifier: MIT
// Which requests the scope would refuse, known before they are sent: a table over what is known of
// its state. What is not known lets a request pass; the scope then answers for itself. Pure, any thread.
//
// The wide camera: nothing that a scope tells says whether it is open. 10022 is answered for the tele camera alone, no
// push names it, and whether 10217 leaves out the settings of a closed camera is a guess (docs/unknowns.md). Known are
// the answers to our own commands: 10000 (0, -1; -32 and -33 of a camera inside that does not open), 10017, -2, and
// code 0 of a setting or photo. Another client may have opened it since: before a request is refused on "closed" 10217
// is asked (Driver::send), and settings in its answer make "closed" "not known".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "device/dwarf/jobs/scope_state.h"

namespace nightstack::device::dwarf::jobs {

struct Refusal {
    std::optional<int> code;  // the scope's own for this case (codes.h); none where it has no word for it
    std::string words;        // why, and what to do
};

struct GuardRule {
    std::string_view name;
    bool (*concerns)(const Message& request);
    bool (*holds)(const ScopeState& state, const Message& request);  // true: refuse
    std::optional<int> code;
    std::string_view words;
};

std::span<const GuardRule> guard_rules();  // in the order of asking; the first that holds speaks

std::optional<Refusal> refuse(const ScopeState& state, const Message& request);

}  // namespace nightstack::device::dwarf::jobs
