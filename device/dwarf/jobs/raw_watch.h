// SPDX-License-Identifier: MIT
// From counts, times and working states to "how did this capture end": the reasoning of capture_raw,
// pure. Feed it all that is seen; one thread.
#pragma once

#include <optional>

#include "device/dwarf/jobs/outcome.h"
#include "device/dwarf/jobs/scope_state.h"

namespace nightstack::device::dwarf::jobs {

class RawWatch {
public:
    RawWatch(std::int64_t asked, Seconds exposure, Moment begun);

    // The highest count announced so far.
    void counted(std::int64_t count, Moment at);
    // The scope said that it takes RAW frames.
    void running(Moment at);

    std::int64_t count() const { return count_; }
    bool complete() const { return count_ >= asked_; }
    // How long until it is worth asking for the state again.
    Milliseconds poll() const;
    // How long the capture may take at the very most, its begin included.
    Milliseconds longest() const;

    // It does not run any more. `closed`: nor is the camera open.
    Outcome verdict(Moment seen, bool closed) const;

private:
    Seconds per_frame() const;
    std::int64_t possible(Moment until) const;

    std::int64_t asked_;
    Seconds exposure_;
    Moment begun_;
    std::int64_t count_ = 0;
    Moment count_at_;
    Moment running_at_;
};

}  // namespace nightstack::device::dwarf::jobs
