// SPDX-License-Identifier: MIT
// A link for a job that must not be ended by Ctrl-C but left: what it has begun goes on at the scope.
#pragma once

#include <stop_token>

#include "device/dwarf/session/scope_link.h"

namespace nightstack::tools {

// Thrown out of the job by the next wait after the user wants to leave. No error: not of the family of
// pipeline/core/error.h, so that no job takes it for one.
struct Left {};

// Borrows the link. While `leave` is not requested it is the link.
class LeavingLink final : public device::dwarf::ScopeLink {
public:
    LeavingLink(ScopeLink& link, std::stop_token leave) : link_(link), leave_(std::move(leave)) {}

    // As soon as the scope has accepted a request of that number.
    void leave_after(int interface) { leave_after_ = interface; }

    device::dwarf::Reply ask(const device::dwarf::Message& request, device::dwarf::Milliseconds timeout) override;
    std::optional<device::dwarf::Event> next_event(device::dwarf::Moment until, const std::stop_token& stop) override;
    std::optional<std::string> get(device::dwarf::HttpPort port, std::string_view target,
                                   device::dwarf::Milliseconds timeout) override;
    std::optional<device::dwarf::Utc> http_clock(device::dwarf::Milliseconds timeout) override {
        return link_.http_clock(timeout);
    }
    device::dwarf::Moment now() const override { return link_.now(); }

private:
    ScopeLink& link_;
    bool leaving() const { return accepted_ || leave_.stop_requested(); }
    std::stop_token leave_;
    int leave_after_ = -1;
    bool accepted_ = false;
};

}  // namespace nightstack::tools
