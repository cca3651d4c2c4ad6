// SPDX-License-Identifier: MIT
// Since when one connection has been silent. Messages, pings and pongs all are signs of life; what a pong proves is
// only that somebody holds the connection, so requests without an answer are counted apart (Desk::unanswered).
//
// A scope that answers no pings may be at work on a request for long (autofocus among stars takes 20 s) and cannot be
// asked meanwhile, since it gets one request at a time. So the first request in flight after a sign of life has its
// whole time; on a dead connection those that follow have not.
// Plain value, time is handed in; one thread.
#pragma once

#include <algorithm>
#include <optional>

#include "device/dwarf/session/scope_link.h"

namespace nightstack::device::dwarf {

class SignsOfLife {
public:
    void heard(Moment now) { heard_ = now; }
    void pong(Moment now) {
        heard_ = now;
        pongs_ = true;
    }
    bool pongs() const { return pongs_; }  // this scope answers pings

    // `answer_due`: until when a request in flight waits for its answer.
    Moment quiet_since(std::optional<Moment> answer_due) {
        if (pongs_) return heard_;
        if (excuse_of_ != heard_) {
            if (!answer_due) return heard_;
            excuse_of_ = heard_;
            excused_until_ = *answer_due;
        }
        return std::max(heard_, excused_until_);
    }

private:
    Moment heard_{};
    Moment excuse_of_{};      // the sign of life after which a request was given its whole time
    Moment excused_until_{};  // and until when
    bool pongs_ = false;
};

}  // namespace nightstack::device::dwarf
