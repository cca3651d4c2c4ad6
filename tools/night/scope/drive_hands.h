// SPDX-License-Identifier: MIT
// What the parts that drive a scope through a night share: the scope and what is known of it, the plan, the diary,
// where words go, and the two ways in which it ends early. Borrowed by all; for one thread, but for the stop tokens.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "device/dwarf/jobs/driver.h"
#include "device/dwarf/jobs/scope_state.h"
#include "device/dwarf/session/scope_link.h"
#include "tools/night/scope/diary_link.h"
#include "tools/night/scope/night_plan.h"
#include "tools/night/scope/scope_diary.h"
#include "tools/night/scope/scope_show.h"
#include "tools/scope/leaving_link.h"
#include "tools/scope/scope_flags.h"

namespace nightstack::tools {

struct DriveHands {
    device::dwarf::ScopeLink& link;
    device::dwarf::jobs::ScopeState& state;
    Diary& diary;
    ScopeShow& show;
    const ScopeFlags& flags;
    const TargetPlan& target;
    std::function<void(const std::string&)> notice;  // fit for a screen
    std::function<bool(const std::string&)> ask;     // a person; none: nobody is there
    std::stop_token end;                             // the night is over: whatever the scope does is stopped
    std::stop_token leave;  // this program goes: what moves is stopped, a capture is left running

    device::dwarf::jobs::ProgressTo progress() const;
    bool over() const { return end.stop_requested() || leave.stop_requested(); }
};

// Hands for what moves the scope: both ways of ending stop it.
class MovingDriver {
public:
    explicit MovingDriver(const DriveHands& hands);
    device::dwarf::jobs::Driver& driver() { return driver_; }

private:
    std::stop_source either_;
    std::stop_callback<std::function<void()>> by_end_, by_leave_;
    DiaryLink link_;
    device::dwarf::jobs::Driver driver_;
};

// Hands for captures, which are left running: `leave` throws Left out of the job.
class CaptureDriver {
public:
    explicit CaptureDriver(const DriveHands& hands);
    device::dwarf::jobs::Driver& driver() { return driver_; }

private:
    DiaryLink diary_;
    LeavingLink link_;
    device::dwarf::jobs::Driver driver_;
};

}  // namespace nightstack::tools
