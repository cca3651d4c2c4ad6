// SPDX-License-Identifier: MIT
// What holds for all frames of a night (size, pattern, camera, binning; exposure, gain and filter) is taken from its
// first. Where that one was a test shot, it is outvoted: while no other frame agrees with it and three in a row, which
// agree with each other, do not, the night is of their kind. Frames that could not be opened, or were left out, have no
// vote. A night changes its rules once at most.
//
// What becomes of a night follows from its frames in their order alone, so that a run that goes on decides alike.
// Plain values; one thread.
#pragma once

#include <optional>
#include <string>

#include "pipeline/core/frame.h"

namespace nightstack::tools {

// Why a frame of these properties is not of the night, in words; "" when it is. With `mix` exposure, gain and filter
// may be what they like. What a frame does not say is no difference.
std::string kind_difference(const FrameInfo& night, const FrameInfo& frame, bool mix);

struct FrameKind {
    StreamFormat format;
    FrameInfo info;
};

class RulesVote {
public:
    static constexpr int kNeeded = 3;  // frames in a row

    // Nothing more is asked: another frame agrees, or the first is wanted.
    void settle() { open_ = false; }
    bool open() const { return open_; }

    void agrees();  // a frame that the rules fit, the first among them
    void disagrees(const FrameKind& frame, bool mix);
    // Whose kind the night is of instead; nothing as long as the rules stand.
    const FrameKind* outvoted_by() const { return open_ && against_ >= kNeeded ? &*first_against_ : nullptr; }

private:
    bool open_ = true;
    int for_ = 0, against_ = 0;  // the latter in a row
    std::optional<FrameKind> first_against_;
};

}  // namespace nightstack::tools
