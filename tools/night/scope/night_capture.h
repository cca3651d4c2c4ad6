// SPDX-License-Identifier: MIT
// The captures of a night: each is begun once, whatever happens, and its fate is settled before another is begun.
#pragma once

#include <cstdint>

#include "device/dwarf/jobs/outcome.h"
#include "io/remote/remote_files.h"
#include "tools/night/scope/drive_hands.h"
#include "tools/night/scope/session_pick.h"

namespace nightstack::tools {

struct CaptureEnd {
    device::dwarf::jobs::Outcome outcome;
    bool begun = false;      // the command went out
    bool certain = false;    // it does not run any more, and how many frames it has is known (and in the diary)
    bool restarted = false;  // the camera is closed: the scope restarted, or somebody closed it
    std::int64_t taken = 0;
};

class NightCaptures {
public:
    // Borrows all. `card`: a connection of its own for each look.
    NightCaptures(const DriveHands& hands, SessionPick& pick, io::RemoteConnector card,
                  device::dwarf::Milliseconds away)
        : hands_(hands), pick_(pick), card_(std::move(card)), away_(away) {}

    // A new one. Throws Left, DeviceError, what keeping the diary throws.
    CaptureEnd take(int count);
    // The one that the diary has begun and not ended: watched to its end when it runs, counted on the card when not.
    // Sends nothing but questions, and the stop when the night is over.
    CaptureEnd settle(const BegunCapture& capture);

private:
    std::string new_name() const;
    std::optional<bool> running(device::dwarf::jobs::Driver& driver) const;
    bool is_ours(const BegunCapture& capture) const;
    CaptureEnd watch(device::dwarf::jobs::Driver& driver, const BegunCapture& capture);
    CaptureEnd counted(const BegunCapture& capture, device::dwarf::jobs::Outcome outcome);
    CaptureEnd ended(const std::string& name, CaptureEnd end) const;

    const DriveHands& hands_;
    SessionPick& pick_;
    io::RemoteConnector card_;
    device::dwarf::Milliseconds away_;
};

}  // namespace nightstack::tools
