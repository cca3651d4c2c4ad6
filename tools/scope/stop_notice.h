// SPDX-License-Identifier: MIT
// Tells at once that Ctrl-C was heard while a job stops the scope, which takes seconds when the scope is silent: the
// job's own thread may be waiting for an answer just then.
#pragma once

#include <stop_token>
#include <string>
#include <thread>

#include "device/dwarf/jobs/outcome.h"

namespace nightstack::tools {

class StopNotice {
public:
    // For its life: once `stop` is requested, `tell` gets a notice, "DOING; press Ctrl-C again to leave at once". From
    // a thread of its own, so that a second Ctrl-C is heard even when nobody reads what is told.
    StopNotice(std::stop_token stop, device::dwarf::jobs::ProgressTo tell, const std::string& doing);

private:
    std::jthread teller_;
};

}  // namespace nightstack::tools
