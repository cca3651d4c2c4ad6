// SPDX-License-Identifier: MIT
// Which target of a plan is to be taken at a time, and until when: by start, end and altitude. Pure; the first target
// of the plan that can be taken is taken, so that a later one gives way when an earlier one can.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "device/model/target.h"
#include "tools/night/scope/night_plan.h"

namespace nightstack::tools {

// Altitude now, without refraction.
double altitude_deg(const device::Target& target, const device::Site& site, device::dwarf::Utc at);

struct PlanHour {
    enum class What {
        take,  // `target`, until `until`
        wait,  // nothing can be taken before `until`, then `target`
        over,  // nothing within the next 24 hours
    };
    What what = What::over;
    std::size_t target = 0;      // index of the plan
    device::dwarf::Utc until{};  // to the second
    std::string why;             // of `wait` and `over`, in words, "" where none is left; of `take` why it ends then
};

// `finished` marks targets that have all their frames, by index; it may be shorter than the plan. Looks 24 hours ahead,
// in which a target is told to rise or set to the second. Throws OptionError for a time of which no sky is known.
PlanHour plan_hour(const NightPlan& plan, const device::Site& site, device::dwarf::Utc now,
                   const std::vector<bool>& finished = {});

}  // namespace nightstack::tools
