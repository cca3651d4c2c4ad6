// SPDX-License-Identifier: MIT
// Drives a scope through a night's target: makes it ready, takes the frames that the plan asks for, goes on after a
// restart of the scope, and on resume with what the diary has begun.
//
// What is begun again, and when: never a capture whose fate is not certain. Frames that are missing when a capture is
// over are taken by a new one (a) when the scope has restarted meanwhile (its camera is closed), (b) on resume, which
// is the user's word to go on, (c) when one capture of 999 is not all that was asked for. A capture that ended early
// with the camera open was ended by somebody, a full card or an empty battery: it is said, and nothing is begun.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "device/dwarf/session/scope.h"
#include "tools/night/scope/drive_hands.h"
#include "tools/night/scope/night_capture.h"

namespace nightstack::tools {

struct DriveEnd {
    enum class Kind {
        done,    // all frames are taken, or the night is over as it was asked for
        left,    // this program goes, the scope goes on
        failed,  // words say why no more is taken
    };
    Kind kind = Kind::done;
    std::string words;
};

class ScopeDrive {
public:
    // Whether a scope that is not there is waited for from the first moment.
    enum class First { is_told, is_waited_for };
    // Borrows all. `met` is called when the scope has answered; for longer than `away` nobody waits for it.
    ScopeDrive(const DriveHands& hands, device::dwarf::Scope& scope, NightCaptures& captures,
               device::dwarf::Milliseconds away, First first, std::function<void()> met)
        : hands_(hands), scope_(scope), captures_(captures), away_(away), first_(first), met_(std::move(met)) {}

    // To the end of it. Throws DeviceError: no scope there, or one that speaks another language; what keeping throws.
    DriveEnd run();

private:
    DriveEnd drive();
    enum class Met {
        yes,   // it has answered; also one of another language, of which the first request tells
        over,  // before it did, the night
        no,
    };
    Met reach(bool wait);
    std::string where() const;         // fit for a screen
    std::string nobody_there() const;  // what is in the way
    bool lost_since(std::uint64_t connections) const;
    std::int64_t missing() const;  // frames still to be taken
    std::optional<DriveEnd> settle_old();
    std::optional<DriveEnd> take_some();

    const DriveHands& hands_;
    device::dwarf::Scope& scope_;
    NightCaptures& captures_;
    device::dwarf::Milliseconds away_;
    First first_;
    std::function<void()> met_;
    bool ready_ = false, darks_anew_ = false;
    int without_frames_ = 0, losses_ = 0;
};

}  // namespace nightstack::tools
