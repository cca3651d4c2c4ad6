// SPDX-License-Identifier: MIT
// One target from the command line: --target, --exposure, --gain, --count, --binning, --ir, --take-darks. Filled by the
// parser; a plain value.
#pragma once

#include <string>

#include "device/dwarf/protocol/types.h"
#include "tools/night/scope/night_plan.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

struct TargetFlags {
    std::string target;  // "" none: there is nothing to drive to
    std::string exposure = "15";
    int gain = 80;
    int count = 200;
    device::dwarf::Binning binning = device::dwarf::Binning::none;
    std::string ir;  // "" as it is
    bool take_darks = false;

    // Throws OptionError: no such target, none at all, values that no scope takes.
    TargetPlan plan() const;
};

// The value must outlive the parser.
void add_target_flags(CLI::App& app, TargetFlags& flags);

}  // namespace nightstack::tools
