// SPDX-License-Identifier: MIT
// The link that jobs speak through in a night: before a capture or darks (10011, 10026) leave this machine, the diary
// has it; when the scope has accepted one, too. Borrows both; one thread.
#pragma once

#include "device/dwarf/session/scope_link.h"
#include "tools/night/scope/scope_diary.h"

namespace nightstack::tools {

class DiaryLink final : public device::dwarf::ScopeLink {
public:
    DiaryLink(ScopeLink& link, Diary& diary) : link_(link), diary_(diary) {}

    // Throws what keeping throws: then nothing was sent.
    device::dwarf::Reply ask(const device::dwarf::Message& request, device::dwarf::Milliseconds timeout) override;
    std::optional<device::dwarf::Event> next_event(device::dwarf::Moment until, const std::stop_token& stop) override {
        return link_.next_event(until, stop);
    }
    std::optional<std::string> get(device::dwarf::HttpPort port, std::string_view target,
                                   device::dwarf::Milliseconds timeout) override {
        return link_.get(port, target, timeout);
    }
    std::optional<device::dwarf::Utc> http_clock(device::dwarf::Milliseconds timeout) override {
        return link_.http_clock(timeout);
    }
    device::dwarf::Moment now() const override { return link_.now(); }

private:
    ScopeLink& link_;
    Diary& diary_;
};

}  // namespace nightstack::tools
