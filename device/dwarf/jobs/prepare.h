// SPDX-License-Identifier: MIT
// The first steps of a night: clock and zone to the scope, camera open, exposure and gain by hand at the
// values that calibration needs. The order and the pauses are those of a client proven on real scopes.
#pragma once

#include <functional>
#include <string>

#include "device/dwarf/jobs/clock.h"
#include "device/dwarf/jobs/driver.h"

namespace nightstack::device::dwarf::jobs {

struct Preparation {
    Clock clock;
    std::string zone;  // IANA: "Europe/Berlin"
    Binning binning = Binning::two;
    int gain = 80;
    Seconds exposure{1};
    IrFilter ir = IrFilter::cut;
    // Asked when the clock is in doubt: true hands it on all the same. None: a doubted clock fails.
    std::function<bool(const std::string& question)> ask;
};

// Throws OptionError for a zone that is no name.
Outcome prepare(Driver& driver, const Preparation& plan);

}  // namespace nightstack::device::dwarf::jobs
