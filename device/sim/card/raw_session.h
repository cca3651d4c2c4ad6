// SPDX-License-Identifier: MIT
// One RAW session on the card: its folder, frames, sidecar, thumbnails and the scope's own stack. Internal to this
// folder.
#pragma once

#include "device/sim/card/bench.h"
#include "device/sim/card/live_stack.h"

namespace nightstack::device::sim {

class RawSession {
public:
    // Writes the darks that a scope has for such frames, where the card has none.
    RawSession(Bench& bench, const Exposed& first);

    bool holds(const Exposed& frame) const { return frame.session == first_.session && frame.index > last_index_; }
    // True when the frame stands whole on the card.
    bool take(const Exposed& frame, bool more_waiting);
    void end();

private:
    bool write_frame(const Exposed& frame, const std::string& name);
    void note(const Exposed& frame);
    void show_stack();

    Bench& bench_;
    const Exposed first_;
    const std::string folder_;
    LiveStack stack_;
    bool stack_shown_ = true;
    int last_index_ = -1;
    double coldest_c_, warmest_c_;
};

}  // namespace nightstack::device::sim
