// SPDX-License-Identifier: MIT
// One call of a verb: the connection, what is known of the scope, the hands that send, and how the
// end is told. Owns the session for the time of the call. One thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "device/dwarf/jobs/driver.h"
#include "device/dwarf/session/scope_link.h"
#include "tools/cli/talk.h"
#include "tools/scope/scope_flags.h"
#include "tools/scope/wire_file.h"

namespace nightstack::device::dwarf {
class Scope;
}

namespace nightstack::tools {

// Further members of a JSON line, already as JSON text: {"frames", "12"}.
using JsonMembers = std::vector<std::pair<std::string, std::string>>;

class ScopeCall {
public:
    // Connects. Throws OptionError for an address that cannot be one.
    ScopeCall(std::string verb, const ScopeFlags& options, const std::stop_token& stop);
    ~ScopeCall();
    ScopeCall(const ScopeCall&) = delete;
    ScopeCall& operator=(const ScopeCall&) = delete;

    Talk& talk() { return talk_; }
    const ScopeFlags& options() const { return options_; }
    const std::stop_token& stop() const { return stop_; }
    device::dwarf::ScopeLink& link();
    device::dwarf::jobs::ScopeState& state() { return state_; }
    device::dwarf::jobs::Driver& driver() { return *driver_; }
    device::dwarf::jobs::ProgressTo progress();

    // Waits for the connection. Throws DeviceError in one line with what to look at: at once when the host refuses,
    // cannot be reached or has no such name (unless --wait gives it time), else after six seconds.
    void reach();
    // reach(), then asks how the scope is, so that commands which it would refuse are not even sent. Throws DeviceError
    // when nobody answers, in words of what to look at.
    void meet();

    // Tells the end of the verb and gives the exit code: 0, 5, or that of the interrupt.
    int finish(const device::dwarf::jobs::Outcome& outcome, const JsonMembers& more = {});
    // Closes the recording and tells `words`; whether the verb went well does not matter.
    int end_recording(const std::string& words);
    // Without the check of fields and ranges.
    device::dwarf::Reply ask_unchecked(const device::dwarf::Message& request, device::dwarf::Milliseconds timeout);
    // Sends one command and tells its end. `doing`: "opening the camera"; `done`: what is so now.
    int command(const device::dwarf::Message& request, const std::string& doing, const std::string& done);

private:
    std::string where() const;  // host and port
    void close_recording();
    void show(const device::dwarf::jobs::Progress& progress);
    std::string verb_;
    ScopeFlags options_;
    std::stop_token stop_;
    Talk talk_;
    std::unique_ptr<WireWriter> recording_;  // outlives the session, whose thread writes to it
    std::unique_ptr<device::dwarf::Scope> scope_;
    device::dwarf::jobs::ScopeState state_;
    std::unique_ptr<device::dwarf::jobs::Driver> driver_;
};

// {"event":NAME, ...}; `members` are values as JSON text.
std::string event_line(std::string_view event, const JsonMembers& members);
std::string json_text(std::string_view text);  // quoted and escaped; broken UTF-8 is replaced

}  // namespace nightstack::tools
